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
  /** `starting` until every service was ready once; `failed` when the last `up` did not succeed. */
  readonly state: 'starting' | 'up' | 'failed'
  /** Newest last. */
  readonly runs: readonly string[]
  /** Directories outside the state directory that go with it. */
  readonly directories: readonly string[]
}
