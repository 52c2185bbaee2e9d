import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import type { ClusterProvider } from '../../config/config.ts'
import { displayPath } from '../../diagnostics/format.ts'
import type { EngineName } from '../../drivers/engines.ts'
import { type BenchEnd, type BenchResult, bench, benchSubject } from '../../operations/bench/bench.ts'
import { compareBenches, refuseOtherSubject } from '../../operations/bench/compare.ts'
import { type BenchState, benchStates } from '../../operations/bench/states.ts'
import { InvalidInput } from '../../operations/operation-error.ts'
import type { StrategyName } from '../../plan/plan.ts'
import { formatFailures } from '../../reporters/failures.ts'
import { liveReporter } from '../../reporters/live.ts'
import { multiplex } from '../../reporters/multiplex.ts'
import { ndjsonReporter } from '../../reporters/ndjson.ts'
import type { Reporter } from '../../reporters/reporter.ts'
import { taskLogReporter } from '../../reporters/task-logs.ts'
import { formatDuration } from '../../util/duration.ts'
import { benchTable, comparisonTable } from '../bench-table.ts'
import type { Chosen } from '../load-environment.ts'
import { isLiveTerminal } from '../run-reporters.ts'
import type { Session } from '../session.ts'

export interface BenchFlags {
  readonly file?: string
  readonly strategies: readonly StrategyName[]
  readonly rounds: number
  readonly states: readonly BenchState[]
  readonly change?: string
  readonly compare?: string
  readonly provider?: ClusterProvider
  readonly nodeImage?: string
  readonly engine?: EngineName
  readonly output: 'text' | 'json'
}

/** `kindling bench`: a line for each run on stderr; the figures, or one JSON object, on stdout. */
export async function benchCommand(
  session: Session,
  { config, environment }: Chosen,
  flags: BenchFlags,
): Promise<void> {
  const { stdout, stderr, cwd } = session
  if (flags.states.includes('changed') && flags.change === undefined)
    throw invalid('the state `changed` needs a file to change', 'name one with `--change FILE`')
  const changedFile = flags.change === undefined ? undefined : existing(resolve(cwd, flags.change))
  const before = flags.compare === undefined ? undefined : readResult(resolve(cwd, flags.compare))
  if (before !== undefined) refuseOtherSubject(before, benchSubject({ config, environment }))
  const states = benchStates.filter(
    (state) => flags.states.includes(state) || (state === 'changed' && changedFile !== undefined),
  )
  let [reporter, live]: (Reporter | undefined)[] = []
  const host = await session.host()
  const isLive = isLiveTerminal(session)
  const end = await bench({
    config,
    environment,
    host,
    states,
    strategies: flags.strategies,
    rounds: flags.rounds,
    ...(changedFile === undefined ? {} : { changedFile }),
    ...(flags.engine === undefined ? {} : { engine: flags.engine }),
    signal: session.abort.signal,
    failureMode: 'continue',
    report: (run) => {
      const files = [ndjsonReporter(run.events), taskLogReporter(run.logs)]
      reporter = multiplex(live === undefined ? files : [...files, live], () => {})
      return reporter.onEvent
    },
    onRun: async ({ state, strategy, round }, again) => {
      await reporter?.close?.()
      const why = again === undefined ? '' : `, once more, since ${again}`
      stderr.write(`round ${round} of ${flags.rounds}, ${strategy}, ${state}${why} …\n`)
      if (isLive) live = liveReporter(stderr, host.clock)
    },
    onMeasured: ({ state, strategy, round, totalMs }) =>
      void stderr.write(
        `round ${round} of ${flags.rounds}, ${strategy}, ${state}: ${formatDuration(totalMs)}\n`,
      ),
  }).finally(() => reporter?.close?.())
  session.exitCode = end.exitCode
  tellFailure(end, session)
  if (flags.output === 'json') stdout.write(`${JSON.stringify(end.result, null, 2)}\n`)
  else if (end.result.measurements.length > 0) stdout.write(benchTable(end.result, widthOf(session)))
  if (before !== undefined && end.failed === undefined)
    (flags.output === 'json' ? stderr : stdout).write(
      `\n${comparisonTable(compareBenches(before, end.result), widthOf(session))}`,
    )
}

/** A table of many columns is to be kept whole where nobody looks at it in a window. */
function widthOf({ stdout }: Session): number {
  return stdout.isTTY ? stdout.columns : Number.MAX_SAFE_INTEGER
}

function tellFailure({ failed }: BenchEnd, { stderr, cwd }: Session): void {
  if (failed === undefined) return
  const lines = formatFailures(failed.record, { color: stderr.color })
  stderr.write([...lines, `logs: ${displayPath(failed.run.logs, cwd)}`, ''].join('\n'))
}

function existing(file: string): string {
  if (existsSync(file)) return file
  throw invalid(
    `there is no file ${file} to change`,
    'name a source file of one of the images',
    'E_CONFIG_FILE_MISSING',
  )
}

function readResult(file: string): BenchResult {
  try {
    const result = JSON.parse(readFileSync(file, 'utf8')) as BenchResult
    if (result.version === 1 && Array.isArray(result.measurements)) return result
  } catch {
    // Told like what can be read and is something else.
  }
  throw invalid(
    `${file} is not the result of a benchmark`,
    'write one with `kindling bench --output json > FILE`',
  )
}

function invalid(
  message: string,
  hint: string,
  code: 'E_BENCH_FILE' | 'E_CONFIG_FILE_MISSING' = 'E_BENCH_FILE',
): InvalidInput {
  return new InvalidInput([{ code, severity: 'error', message, hint }])
}
