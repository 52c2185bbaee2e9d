import { applyEvent, emptyRecord } from '../engine/records.ts'
import { exitCodes } from '../operations/operation-error.ts'
import { formatRegressions, regressionsOf } from '../reporters/regressions.ts'
import type { Reporter } from '../reporters/reporter.ts'
import type { Session } from './session.ts'

/** Looks whether a run has become slower, for those who want it to fail then. */
export interface RegressionWatch extends Reporter {
  /** The exit code of the run: its own, unless it succeeded and a phase was too slow, which is told. */
  exitCode(own: number): number
}

/** `threshold` is a share of the median of recent runs; without one every run is quick enough. */
export function watchRegressions({ stderr }: Session, threshold: number | undefined): RegressionWatch {
  const record = emptyRecord()
  return {
    name: 'regressions',
    onEvent: (event) => applyEvent(record, event),
    exitCode: (own) => {
      if (threshold === undefined || own !== exitCodes.ok) return own
      const regressions = regressionsOf(record, threshold)
      if (regressions.length === 0) return own
      const limit = `error: slower by more than the ${Math.round(threshold * 100)}% of --fail-on-regression`
      stderr.write(`\n${[limit, ...formatRegressions(regressions, stderr)].join('\n')}\n`)
      return exitCodes.taskFailed
    },
  }
}
