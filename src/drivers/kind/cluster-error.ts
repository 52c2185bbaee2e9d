interface ClusterErrorInit {
  /** What to do about it. */
  readonly hint: string
  /** The tools' own words, or one line for each thing that is meant. */
  readonly detail?: string
  readonly cause?: unknown
}

/** A cluster that cannot be had as it is wanted. Calls that fail otherwise reject with a `CommandError`. */
export class ClusterError extends Error {
  override readonly name = 'ClusterError'
  /**
   * `E_CLUSTER_FOREIGN`: somebody else's has the name; `E_CLUSTER_CHANGED`: ours is not as it should be. Of both,
   * nothing was changed. `E_CLUSTER_FAILED`: it could not be made, and nothing of it was left.
   */
  readonly code: 'E_CLUSTER_FAILED' | 'E_CLUSTER_CHANGED' | 'E_CLUSTER_FOREIGN'
  readonly hint: string
  readonly detail: string | undefined

  constructor(code: ClusterError['code'], message: string, { hint, detail, cause }: ClusterErrorInit) {
    super(message, { cause })
    this.code = code
    this.hint = hint
    this.detail = detail
  }
}
