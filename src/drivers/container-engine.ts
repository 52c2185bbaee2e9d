import type { OutputStream } from '../exec/exec.ts'
import type { Labels } from './labels.ts'

/** What every call to an engine takes: how to stop it, and where its output goes. */
export interface CallOptions {
  readonly signal?: AbortSignal
  readonly onLine?: (stream: OutputStream, line: string) => void
  readonly timeoutMs?: number
}

export interface BuildRequest {
  /** The full reference the result is tagged with. */
  readonly reference: string
  /** Absolute path. */
  readonly dockerfile: string
  /** Absolute path of the build context. */
  readonly context: string
  readonly target?: string
  readonly platform?: string
  readonly args: Readonly<Record<string, string>>
  readonly labels: Labels
  /** Images of this run by the names Dockerfiles use for them (`FROM shop/base`). */
  readonly baseImages: ReadonlyMap<string, string>
}

export interface EngineImage {
  /** `sha256:` and 64 hex digits. */
  readonly id: string
  readonly references: readonly string[]
  readonly labels: Labels
}

/** Builds, fetches, finds and removes images. Implementations reject with `CommandError`. */
export interface ContainerEngine {
  readonly name: string
  /** Resolves with the image's ID. */
  build(request: BuildRequest, options: CallOptions): Promise<string>
  pull(reference: string, options: CallOptions): Promise<string>
  /** Makes an image of one layer from a root file system in a tar file. */
  importRootfs(tarFile: string, reference: string, labels: Labels, options: CallOptions): Promise<string>
  /** The ID of an image this engine has, or `undefined`; never pulls. */
  imageId(reference: string, options?: CallOptions): Promise<string | undefined>
  /** Images that carry all of these labels; `all` includes layers of builds that have no name. */
  findImages(labels: Labels, options?: CallOptions & { readonly all?: boolean }): Promise<EngineImage[]>
  /** Removes a name or an ID, quietly when it is gone or still needed by another image or container. */
  removeImage(image: string, options?: CallOptions): Promise<boolean>
}
