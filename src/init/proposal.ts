/** A value of the configuration, and what is to be said of it. */
export interface ProposedKey {
  readonly key: string
  readonly value: unknown
  /** Behind it, on the same line. */
  readonly comment?: string
  /** Of a list, one for each item. */
  readonly itemComments?: readonly string[]
}

/** An image, a service or an environment. */
export interface ProposedEntry {
  readonly name: string
  readonly keys: readonly ProposedKey[]
  /** Above it, a line each. */
  readonly comments: readonly string[]
}

/** A file that goes with the configuration. */
export interface ProposedFile {
  /** Relative to the root. */
  readonly path: string
  readonly text: string
}

/** A configuration, as data: what `kindling init` will write. */
export interface Proposal {
  readonly project: string
  readonly images: readonly ProposedEntry[]
  readonly services: readonly ProposedEntry[]
  readonly environments: readonly ProposedEntry[]
  readonly files: readonly ProposedFile[]
  /** What was found and left out, or has no place here: a line each. */
  readonly notes: readonly string[]
}
