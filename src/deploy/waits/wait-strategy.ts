import type { Cluster } from '../../drivers/cluster.ts'

/** The service a strategy looks at, and how it can reach it. */
export interface WaitTarget {
  readonly service: string
  readonly cluster: Cluster
  /** Restarts of a container that are tolerated. */
  readonly restarts: number
  readonly signal: AbortSignal
}

/** What a look at the service gave; a `failure` ends the wait at once, since waiting cannot help. */
export type WaitState =
  | { readonly isReady: true }
  | { readonly isReady: false; readonly reason: string }
  | {
      readonly isReady: false
      readonly reason: string
      readonly failure: { readonly message: string; readonly detail: string; readonly hint?: string }
    }

/**
 * Decides whether a service is ready: one look, no waiting, which is the caller's. To add one, write a file that
 * exports such an object's maker and name it in `strategies.ts`.
 */
export interface WaitStrategy {
  /** As the configuration and messages name it, for example `http api /readyz`. */
  readonly name: string
  look(target: WaitTarget): Promise<WaitState>
}
