import type { Cluster, RolloutState } from '../../drivers/cluster.ts'

/** The service a strategy looks at, and how it can reach it. */
export interface WaitTarget {
  readonly service: string
  readonly cluster: Cluster
  /** Restarts of a container that are tolerated. */
  readonly restarts: number
  readonly signal: AbortSignal
}

/** Why waiting cannot help. */
export interface WaitFailure {
  readonly message: string
  readonly detail: string
  readonly hint?: string
}

/** What a look at the service gave; a `failure` ends the wait at once. */
export type WaitState =
  | { readonly isReady: true }
  | { readonly isReady: false; readonly reason: string; readonly failure?: WaitFailure }

/**
 * Decides whether a service is ready: one look, no waiting, which is the caller's. It may remember, for one wait, what
 * it has seen. To add one, write a file that exports such an object's maker and name it in `strategies.ts`.
 */
export interface WaitStrategy {
  /** As the configuration and messages name it, for example `http api /readyz`. */
  readonly name: string
  /** Clusters that tell of changes tell of what this depends on: there is more to see as soon as they do. */
  readonly isWatched: boolean
  look(target: WaitTarget): Promise<WaitState>
}

/** A look that found something missing. */
export function notYet(reason: string): WaitState {
  return { isReady: false, reason }
}

/** A look that found that waiting cannot help. */
export function never(message: string, hint?: string): WaitState {
  const failure = { message, detail: '', ...(hint === undefined ? {} : { hint }) }
  return { isReady: false, reason: message, failure }
}

/** What a cluster tells of several things that have to be ready, in the words of a wait. */
export function waitStateOf({ ready, total, waitingFor, failure }: RolloutState): WaitState {
  if (failure !== undefined) return { isReady: false, reason: failure.message, failure }
  if (ready === total) return { isReady: true }
  return notYet(`${ready}/${total} ready, waiting for ${waitingFor}`)
}

/** Of a strategy that the cluster at hand has no way to serve; `unsupportedWaits` tells it earlier. */
export function unserved(name: string, { cluster }: WaitTarget): WaitState {
  return never(`the provider ${cluster.provider} cannot serve the condition \`${name}\``)
}

/** The message of whatever was thrown; rethrows it when it is the end of the wait. */
export function reasonOf(error: unknown, signal: AbortSignal): string {
  if (signal.aborted) throw error
  return error instanceof Error ? error.message : String(error)
}
