import type { RunEvent } from '../../engine/events.ts'
import { replay } from '../../engine/records.ts'
import { compareRuns, nameOf } from '../comparison.ts'
import type { FormatOptions } from '../format.ts'
import { defaultThreshold, regressionsOf } from '../regressions.ts'
import { timingOf } from '../timing.ts'

/** What a run was and where its time went, for programs: one object. */
export function jsonReport(events: Iterable<RunEvent>, { compareWith }: FormatOptions = {}): string {
  const record = replay(events)
  const { started, finished, tasks, notes, teardown } = record
  const { tasks: timed, ...timing } = timingOf(record)
  const report = {
    version: 1,
    ...nameOf(record),
    startedAt: new Date(started?.startedAt ?? 0).toISOString(),
    outcome: finished?.outcome ?? 'unfinished',
    ...(finished === undefined ? {} : { exitCode: finished.exitCode }),
    ...timing,
    phases: timing.phases.map(({ phase, interval, tasks: members }) => ({
      phase,
      ...(interval === undefined ? {} : { interval }),
      tasks: members.map(({ id }) => id),
    })),
    tasks: timed.map((task) => {
      const { failure, outputs } = tasks.get(task.id) ?? {}
      return { ...task, ...(failure && { failure }), ...(outputs && { outputs }) }
    }),
    savings: finished?.savings ?? [],
    regressions: regressionsOf(record, defaultThreshold),
    notes: notes.map(({ level, text }) => ({ level, text })),
    ...(teardown === undefined ? {} : { teardown }),
    ...(compareWith === undefined ? {} : { comparison: compareRuns(replay(compareWith), record) }),
  }
  return `${JSON.stringify(report, null, 2)}\n`
}
