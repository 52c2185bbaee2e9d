import type { TaskFailure } from '../engine/events.ts'
import type { Outcome } from '../engine/outcome.ts'
import type { RunEnd } from '../operations/run-plan.ts'

/** A task that did not succeed, for the result object on standard output. */
export interface FailedTask extends TaskFailure {
  readonly task: string
  readonly outcome: Outcome
}

/** Everything of a run that did not end well, root causes first (E2); absent when there is nothing. */
export function failedTasks({ result }: { readonly result: Pick<RunEnd['result'], 'tasks'> }): {
  readonly failures?: readonly FailedTask[]
} {
  const failures = [...result.tasks.values()].flatMap(({ id, outcome, failure }): FailedTask[] =>
    failure === undefined ? [] : [{ task: id, outcome, ...failure }],
  )
  const isRoot = ({ outcome }: FailedTask) => outcome === 'failed' || outcome === 'timed-out'
  const ordered = [...failures.filter(isRoot), ...failures.filter((task) => !isRoot(task))]
  return ordered.length === 0 ? {} : { failures: ordered }
}
