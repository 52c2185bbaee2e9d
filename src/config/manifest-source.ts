import type { SourceLocation } from '../diagnostics/diagnostic.ts'

/** Where manifests of a service come from: read from files, or printed by a program that makes them. */
export type ManifestSource = FileSource | RenderedSource

export type FileSource =
  | { readonly kind: 'path'; readonly path: string; readonly location: SourceLocation }
  | GlobSource

/** Files by a pattern in which `*`, `**`, `?` and `{a,b}` stand for something. */
export interface GlobSource {
  readonly kind: 'glob'
  /** Absolute path of the directory that the pattern starts at: what stands before its first wildcard. */
  readonly directory: string
  readonly pattern: string
  /** Both, as written. */
  readonly text: string
  readonly location: SourceLocation
}

export type RenderedSource = KustomizeSource | HelmSource | CommandSource

export interface KustomizeSource {
  readonly kind: 'kustomize'
  /** Absolute path. */
  readonly directory: string
  readonly location: SourceLocation
}

export interface HelmSource {
  readonly kind: 'helm'
  /** As written: a directory or archive below the root, a `repository/chart`, or an `oci://` reference. */
  readonly chart: string
  /** URL of the repository that has the chart. */
  readonly repo?: string
  readonly version?: string
  readonly release: string
  readonly namespace?: string
  /** Absolute paths, in order: later ones win. */
  readonly values: readonly string[]
  readonly set: ReadonlyMap<string, HelmValue>
  /** Absolute paths of the files whose text is the value. */
  readonly setFile: ReadonlyMap<string, string>
  readonly location: SourceLocation
}

/** A value for a chart, as written. A text stays one; otherwise helm reads numbers, truth values and `null`. */
export interface HelmValue {
  readonly text: string
  readonly isText: boolean
}

export interface CommandSource {
  readonly kind: 'command'
  /** Program and arguments, run in the root; its standard output is the manifests. */
  readonly command: readonly string[]
  readonly location: SourceLocation
}

/** A place in objects of a kind that holds the reference of an image: `spec.containers[*].image`. */
export interface ImagePathSpec {
  readonly kind: string
  readonly path: string
  readonly location: SourceLocation
}
