/** How a task ended; every task ends in exactly one of these. `blocked` means that one of its needs did not succeed. */
export type Outcome = 'succeeded' | 'reused' | 'failed' | 'timed-out' | 'cancelled' | 'blocked'

/** Whether what depends on a task with this outcome may start. */
export function isSuccess(outcome: Outcome): boolean {
  return outcome === 'succeeded' || outcome === 'reused'
}
