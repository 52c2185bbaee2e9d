import type { RunDirectory } from '../state/run-directory.ts'
import type { HandOver } from './hand-over/hand-over.ts'
import { withOwner } from './owner/hold.ts'
import { bringUp, prepareUp, type UpOptions } from './run/bring-up.ts'
import type { RunEnd } from './run/run-plan.ts'

export interface UpResult extends RunEnd {
  readonly run: RunDirectory
  /** The page that tells what went wrong, where evidence was gathered. */
  readonly evidenceIndex?: string
  /** Present when the environment is up. */
  readonly handOver?: HandOver
}

/**
 * Brings an environment up, and leaves it. What is up already and unchanged stays as it is. After a failure, what
 * stands is kept for a look and for the next `up`; after an interrupt, what this run made is removed again. Throws
 * `InvalidInput` or `OperationError` before any effect.
 */
export async function up(options: UpOptions): Promise<UpResult> {
  const ready = await prepareUp(options)
  const { host, keepForMs, signal } = options
  const keepUntil = () => (keepForMs === undefined ? undefined : host.clock.epochMs() + keepForMs)
  const bring = () => bringUp({ ...options, command: 'up', keepUntil }, ready)
  return withOwner(host, ready.owner, 'up', bring, signal)
}
