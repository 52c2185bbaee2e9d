import type { TaskFailure } from '../../engine/events.ts'
import type { Outcome } from '../../engine/outcome.ts'
import type { RunResult } from '../../engine/run-graph.ts'

/** A task that did not succeed, for programs. */
export interface FailedTask extends TaskFailure {
  readonly task: string
  readonly outcome: Outcome
}

/** Everything of a run that did not end well, root causes first (E2). */
export function failedTasks({ tasks }: Pick<RunResult, 'tasks'>): readonly FailedTask[] {
  const failures = [...tasks.values()].flatMap(({ id, outcome, failure }): FailedTask[] =>
    failure === undefined ? [] : [{ task: id, outcome, ...failure }],
  )
  const isRoot = ({ outcome }: FailedTask) => outcome === 'failed' || outcome === 'timed-out'
  return [...failures.filter(isRoot), ...failures.filter((task) => !isRoot(task))]
}
