/** How a task ended; every task ends in exactly one of these. `blocked` means that one of its needs did not succeed. */
export type Outcome = 'succeeded' | 'reused' | 'failed' | 'timed-out' | 'cancelled' | 'blocked'

/** How a run ended: `interrupted` when it was cancelled from outside, else `failed` unless every task succeeded. */
export type RunOutcome = 'succeeded' | 'failed' | 'interrupted'

/** Whether what depends on a task with this outcome may start. */
export function isSuccess(outcome: Outcome): boolean {
  return outcome === 'succeeded' || outcome === 'reused'
}
