/**
 * `starting` until an `up` has come to its end, `changing` while a later one works on it, `failed` when the last one did
 * not succeed, `removing` from when it is to go. Without a process that works on it, the first and the last are wanted
 * by nobody.
 */
export type EnvironmentState = 'starting' | 'changing' | 'up' | 'failed' | 'removing'

/** Whether it was left for somebody: what was being made or removed when its process was killed was not. */
export function isWanted({ kind, state }: Pick<EnvironmentRecord, 'kind' | 'state'>): boolean {
  return kind === 'environment' && state !== 'starting' && state !== 'removing'
}

/** Whether the time is over for which it was kept. */
export function isExpired({ keepUntil }: Pick<EnvironmentRecord, 'keepUntil'>, epochMs: number): boolean {
  return keepUntil !== undefined && keepUntil <= epochMs
}

/** What the host knows of an owner of things: enough to remove them from anywhere. */
export interface EnvironmentRecord {
  /** Unique on this host. */
  readonly id: string
  /** An environment, or a `kindling build` that has not come to its end. */
  readonly kind: 'environment' | 'build'
  readonly project: string
  /** The checkout: its environments and builds share their images. */
  readonly projectId: string
  /** Name of the environment; empty for a build. */
  readonly environment: string
  /** The configuration file it was brought up from. */
  readonly configFile: string
  /** What serves it; empty for a build. */
  readonly provider: string
  /** The container engine that has its images. */
  readonly engine: string
  /** Wall clock, milliseconds since the epoch. */
  readonly createdAt: number
  readonly state: EnvironmentState
  /** Wall clock, milliseconds since the epoch, from which on nobody wants it any more; absent when it stays. */
  readonly keepUntil?: number
  /** Newest last. */
  readonly runs: readonly string[]
  /** Directories outside the state directory that go with it. */
  readonly directories: readonly string[]
}
