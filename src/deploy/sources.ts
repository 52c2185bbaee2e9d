import type { Diagnostic, SourceLocation } from '../diagnostics/diagnostic.ts'
import type { ImagePath } from './image-paths.ts'

/** What preparing needs of a service's configuration. */
export interface ServiceSource {
  readonly name: string
  /** Present when it is another instance of a service. */
  readonly instance?: InstanceSource
  readonly sources: readonly ManifestSource[]
  /** Takes the place of the namespaces in the manifests. */
  readonly namespace?: string
  /** Images outside of pod templates. */
  readonly imagePaths: readonly LocatedImagePath[]
  readonly ports: ReadonlyMap<string, { readonly port: number }>
}

export interface InstanceSource {
  /** Name of the other service. */
  readonly of: string
  /** Whether its objects keep their names, since they are in a namespace of their own. */
  readonly keepsNames: boolean
}

export interface LocatedImagePath extends ImagePath {
  readonly location: SourceLocation
}

/** Files, which know the lines of their objects, or the output of a program, which does not. */
export type ManifestSource = ManifestFiles | RenderedManifests

/** `location` is where the configuration says so. */
export type ManifestFiles =
  | {
      readonly kind: 'path'
      /** Absolute path of a file, or of a directory of which all manifests are taken. */
      readonly path: string
      readonly location: SourceLocation
    }
  | {
      readonly kind: 'glob'
      /** Absolute path of the directory that `pattern` starts at. */
      readonly directory: string
      readonly pattern: string
      /** As the user wrote it. */
      readonly text: string
      readonly location: SourceLocation
    }

export interface RenderedManifests {
  readonly kind: 'rendered'
  readonly location: SourceLocation
  /** What it is rendered from, for messages: completes "rendered from …". */
  readonly origin: string
  /** As `origin`, for the objects below a comment `# Source: …`. */
  readonly templateName?: (comment: string) => string
  /** Of the objects that name none. */
  readonly namespace?: string
  /** Runs the program; has no other effect. */
  readonly render: () => Promise<Rendering>
}

export type Rendering = { readonly text: string } | { readonly problem: Diagnostic }
