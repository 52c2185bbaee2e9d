import type { Config } from '../config/config.ts'
import type { LateExpression } from '../config/expression.ts'
import type { PreparedManifests } from '../deploy/prepare.ts'
import type { Cluster } from '../drivers/cluster.ts'
import type { ContainerEngine, EngineImage } from '../drivers/container-engine.ts'
import type { ForwardTarget } from '../drivers/forward.ts'
import type { Exec } from '../exec/exec.ts'
import type { Redactor } from '../exec/redactor.ts'
import type { FileHashCache } from '../images/file-hash-cache.ts'
import type { ArchiveEntry } from '../images/read-archive.ts'
import type { Holds } from '../state/holds.ts'
import type { Journal } from '../state/journal.ts'
import type { RunDirectory } from '../state/run-directory.ts'
import type { ServiceResults } from '../state/service-results.ts'
import type { Clock } from '../util/clock.ts'

/** An image as this run has it: what a build or pull gave. */
export interface ProvidedImage {
  readonly reference: string
  /** `sha256:` and 64 hex digits. */
  readonly id: string
  /** What decided its content; for external images their ID. */
  readonly fingerprint: string
}

/** How the images of a run are built, where that is not the configuration's to say. */
export interface BuildChoices {
  /** Builds without the engine's cache, and takes no image that is there already. */
  readonly isFresh: boolean
  /** Builds for the measuring of coverage. */
  readonly isCoverage: boolean
  /** Instead of what the images say, `os/architecture`. */
  readonly platform?: string
  /** A name this owner has given to the wanted image before is good enough: the next `up` then changes nothing. */
  readonly keepsTags: boolean
  /** Images that somebody has built already, by repository. */
  readonly archive?: ReadonlyMap<string, ArchiveEntry>
}

/** What the tasks about images share. Each task reads what its needs left here, and leaves its own. */
export interface ImageScope {
  readonly config: Config
  /** Whose the images are: all environments and builds of one checkout share them by fingerprint. */
  readonly projectId: string
  /** Environment or build that made them: each has names of its own for them. */
  readonly ownerId: string
  readonly engine: ContainerEngine
  readonly exec: Exec
  readonly journal: Journal
  readonly holds: Holds
  readonly run: RunDirectory
  readonly clock: Clock
  readonly choices: BuildChoices
  /** Spares the reading of files that have not changed since an earlier fingerprint. */
  readonly fileHashes?: FileHashCache
  /** The tag of an image in this run. */
  readonly tagOf: (image: string) => string
  /** The project's images as they were when first asked for. */
  readonly knownImages: () => Promise<readonly EngineImage[]>
  /** Images provided so far, by name in the configuration. */
  readonly provided: Map<string, ProvidedImage>
  /** Remembers an image that was pulled here and was not there before. */
  readonly rememberPulled: (reference: string) => Promise<void>
}

/** What all tasks of a run share. */
export interface RunScope extends ImageScope {
  readonly cluster: Cluster
  readonly redactor: Redactor
  /** What services gave in this run and in earlier ones. */
  readonly results: ServiceResults
  /** What the services that are ready have given, by service and name. */
  readonly outputs: Map<string, Readonly<Record<string, string>>>
  /** What is put into the containers of services, by service; the cluster takes it from here. */
  readonly variablesOf: Map<string, Readonly<Record<string, string>>>
  /** Where the forwards of steps lead, by step and name. */
  readonly forwardsOf: ReadonlyMap<string, ReadonlyMap<string, ForwardTarget>>
  /** What an expression stands for; of other services only after these are ready. */
  readonly resolve: (expression: LateExpression) => string
  /** What programs on the host are told of the environment: `KINDLING_…` and how to reach its cluster. */
  readonly hostVariables: () => Readonly<Record<string, string>>
  /** What a program that is started for a task is told of the trace it belongs to: `TRACEPARENT`. */
  readonly traceVariables: (task: string) => Readonly<Record<string, string>>
  /** Where an object of the manifests begins. */
  readonly placeOf?: PreparedManifests['placeOf']
  /** The tests, for a run that ends with them; asked once everything is up. */
  readonly tests?: () => TestCommand
}

/** How tests are started. */
export interface TestCommand {
  /** A line for the shell, or a program and its arguments. */
  readonly run: string | readonly string[]
  readonly env: Readonly<Record<string, string>>
}
