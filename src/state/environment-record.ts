/** What the host knows of an environment that is up, or was left half up: enough to take it down from anywhere. */
export interface EnvironmentRecord {
  /** Unique on this host: project, environment and a hash of the repository's path. */
  readonly id: string
  readonly project: string
  readonly environment: string
  /** The configuration file it was brought up from. */
  readonly configFile: string
  readonly provider: string
  /** Wall clock, milliseconds since the epoch. */
  readonly createdAt: number
  /** `starting` until every service was ready once; `failed` when the last `up` did not succeed. */
  readonly state: 'starting' | 'up' | 'failed'
  /** Newest last. */
  readonly runs: readonly string[]
  /** Directories of this environment outside the state directory, removed with it. */
  readonly directories: readonly string[]
}
