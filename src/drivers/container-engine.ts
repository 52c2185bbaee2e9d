import type { OutputStream } from '../exec/exec.ts'
import type { ProcessIdentity } from '../exec/process-tree.ts'
import type { BuildStep, BuildStepEnd } from './build-step.ts'
import type { ImageFacts } from './image-facts.ts'
import type { Labels } from './labels.ts'

/** What every call to an engine takes: how to stop it, and where its output goes. */
export interface CallOptions {
  /** Told of the process that does the work, where there is one here. */
  readonly onSpawn?: (process: ProcessIdentity) => void
  readonly signal?: AbortSignal
  readonly onLine?: (stream: OutputStream, line: string) => void
  readonly timeoutMs?: number
  /** Of a program that is started for it, as `nice` has it; default 0. */
  readonly niceness?: number
}

export interface BuildRequest {
  /** The full reference the result is tagged with. */
  readonly reference: string
  /** Who builds: what a build that is killed leaves half-made is known by it. */
  readonly owner: string
  /** Absolute path. */
  readonly dockerfile: string
  /** Absolute path of the build context. */
  readonly context: string
  /** What the context leaves out, in the format of a `.dockerignore`; otherwise as the engine finds it. */
  readonly ignoreRules?: string
  readonly target?: string
  readonly platform?: string
  readonly args: Readonly<Record<string, string>>
  /** By id: where a `RUN --mount=type=secret` finds it, in a variable of this process or a file. */
  readonly secrets?: ReadonlyMap<string, BuildSecret>
  readonly labels: Labels
  /** Ignores what earlier builds left in the cache. */
  readonly isFresh?: boolean
  /** Images of this run by the names the Dockerfile has for them: as they stand there (`${BASE}`), and filled in. */
  readonly baseImages: ReadonlyMap<string, string>
}

/** Where a secret is: in a variable of this process, or in a file with an absolute path. */
export type BuildSecret =
  | { readonly kind: 'env'; readonly variable: string }
  | { readonly kind: 'file'; readonly file: string }

export interface EngineImage {
  /** `sha256:` and 64 hex digits. */
  readonly id: string
  readonly references: readonly string[]
  readonly labels: Labels
}

export interface PlatformPull {
  readonly reference: string
  /** `os/architecture[/variant]`. */
  readonly platform: string
  /** What the image is called here; the one that goes by `reference` here stays the one it is. */
  readonly name: string
  /** Who fetches: what is left after a kill is known by it. */
  readonly owner: string
}

export interface ListPush {
  /** Images for one platform each, and the names they have in the registry. */
  readonly parts: readonly { readonly reference: string; readonly target: string }[]
  /** The name of all of them, in the same repository. */
  readonly target: string
  /** Who uploads: what is left after a kill is known by it. */
  readonly owner: string
}

/** Builds, fetches, finds and removes images. Implementations reject with `CommandError`. */
export interface ContainerEngine {
  readonly name: string
  /** Resolves with the image's ID. */
  build(request: BuildRequest, options: CallOptions): Promise<string>
  /** The instruction that a line of a build's output announces; anything else is ordinary output. */
  parseStep(line: string): BuildStep | undefined
  /** The exact time of an instruction, where a line of a build's output tells it. */
  parseStepEnd(line: string): BuildStepEnd | undefined
  /** Removes what killed builds of an owner left half-made; none of them may be running. Resolves with the ids. */
  removeUnfinished(owner: string): Promise<readonly string[]>
  pull(reference: string, options: CallOptions): Promise<string>
  /** Fetches an image for one platform. Resolves with its ID, or `undefined` when the registry has none for it. */
  pullFor(pull: PlatformPull, options: CallOptions): Promise<string | undefined>
  /** Gives an image another name; a name that exists moves. */
  tag(image: string, reference: string, options?: CallOptions): Promise<void>
  /** Uploads an image under another name, `target`, which need not exist here. */
  push(reference: string, target: string, options: CallOptions): Promise<void>
  /** Uploads images for several platforms, and the list that has them all. */
  pushList(push: ListPush, options: CallOptions): Promise<void>
  /** Why it cannot upload lists, in a sentence, and what to do; `undefined` where it can. */
  listProblem(options?: CallOptions): Promise<{ readonly message: string; readonly hint: string } | undefined>
  /** Writes images with their names to one tar file in docker's archive format; the file must not exist. */
  save(references: readonly string[], tarFile: string, options: CallOptions): Promise<void>
  /** Takes in all images of a tar file, in docker's or OCI's archive format; resolves with their names. */
  load(tarFile: string, options: CallOptions): Promise<readonly string[]>
  /** Makes an image of one layer from a root file system in a tar file. */
  importRootfs(tarFile: string, reference: string, labels: Labels, options: CallOptions): Promise<string>
  /** The ID of an image this engine has, or `undefined`; never pulls. */
  imageId(reference: string, options?: CallOptions): Promise<string | undefined>
  /** `os/architecture[/variant]` of an image this engine has, or `undefined`. */
  platformOf(reference: string, options?: CallOptions): Promise<string | undefined>
  /** What is to be known of each of these images, by ID; without those that are not here. */
  imageFacts(ids: readonly string[], options?: CallOptions): Promise<ReadonlyMap<string, ImageFacts>>
  /** Images that carry all of these labels, an empty value standing for any; `all` includes layers of builds that have no name. */
  findImages(labels: Labels, options?: CallOptions & { readonly all?: boolean }): Promise<EngineImage[]>
  /** Removes a name or an ID, quietly when it is gone or still needed by another image or container. */
  removeImage(image: string, options?: CallOptions): Promise<boolean>
}
