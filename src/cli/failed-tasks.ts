import type { TaskFailure } from '../engine/events.ts'
import type { Outcome } from '../engine/outcome.ts'
import type { RunEnd } from '../operations/run-plan.ts'

/** A task that did not succeed, for the result object on standard output. */
export interface FailedTask extends TaskFailure {
  readonly task: string
  readonly outcome: Outcome
}

/** Everything of a run that did not end well, in the order in which it ended; absent when there is nothing. */
export function failedTasks({ result }: { readonly result: Pick<RunEnd['result'], 'tasks'> }): {
  readonly failures?: readonly FailedTask[]
} {
  const failures = [...result.tasks.values()].flatMap(({ id, outcome, failure }) =>
    failure === undefined ? [] : [{ task: id, outcome, ...failure }],
  )
  return failures.length === 0 ? {} : { failures }
}
