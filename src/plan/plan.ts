import type { Slots, Task } from '../engine/task.ts'

export const strategyNames = ['serial', 'standard', 'hybrid', 'pipelined'] as const

/** Which edges the plan adds between phases. */
export type StrategyName = (typeof strategyNames)[number]

/** A task of a plan: what the engine needs to order it, and what it is about. */
export type PlannedTask = ImageTask | EnvironmentTask

/** A task about an image; it needs no cluster. */
export type ImageTask = Task &
  (
    | {
        readonly kind: 'pull' | 'build'
        readonly image: string
        /** `os/architecture`, where the image is for several; what it needs is then of the same. */
        readonly platform?: string
      }
    /** Gives the platforms of an image, which are there, their common name. */
    | { readonly kind: 'manifest'; readonly image: string; readonly platforms: readonly string[] }
    | {
        readonly kind: 'push'
        readonly image: string
        readonly registry: string
        /** Present when the image is for several. */
        readonly platforms?: readonly string[]
      }
    /** Writes all images of the run to a directory, by its absolute path. */
    | { readonly kind: 'export'; readonly directory: string }
  )

/** Copies an image into the nodes of a cluster. */
export type LoadTask = Task & { readonly kind: 'load'; readonly image: string }

/** Reads an image out of the engine for its load, which needs no cluster yet. */
export type LayersTask = Task & { readonly kind: 'layers'; readonly image: string }

/** A task about the cluster, or about what runs in it. */
export type EnvironmentTask = LayersTask | LoadTask | ClusterTask

type ClusterTask = Task &
  /** `nodes`: until those of the cluster that is being started take images, long before it is ready. */
  (
    | { readonly kind: 'cluster' | 'nodes' | 'dns'; readonly provider: string }
    | { readonly kind: 'deploy' | 'ready' | 'run'; readonly service: string }
    | { readonly kind: 'test'; readonly environment: string }
  )

/** What a run will do, as data: printable before anything happens. */
export interface Plan {
  readonly project: string
  /** Empty for a plan that only builds images. */
  readonly environment: string
  readonly strategy: StrategyName
  readonly tasks: readonly PlannedTask[]
  readonly capacity: Slots
  /** What is made once for the environment, if anything is; what comes out of it is never told. */
  readonly generated?: readonly PlannedValue[]
}

/** A value that the environment gets. */
export interface PlannedValue {
  readonly name: string
  /** `password`, `ca` and the like. */
  readonly kind: string
  /** The objects that hold it, as messages name them. */
  readonly objects: readonly string[]
}

/** What bringing up an environment takes beyond applying its manifests, which depends on what serves it. */
export interface ProviderTraits {
  /** Whether its nodes have images of their own, into which the engine's must be loaded. */
  readonly loadsImages: boolean
  /** Whether names of Services can be asked for only some time after it is there. */
  readonly awaitsDns: boolean
  /** What starting it takes of the memory; absent where that is next to nothing. */
  readonly startMemoryBytes?: number
}

/** What the planner is told of the world, so that it need not look. */
export interface PlanFacts {
  /** By service, the names of the configuration's images its manifests run. */
  readonly imagesOf: ReadonlyMap<string, readonly string[]>
  readonly provider: ProviderTraits
  /** Whether the cluster is known to be there, and with it most of what would be loaded. */
  readonly isClusterThere: boolean
  readonly cpus: number
  readonly memoryBytes: number
  /** How long a task took before, milliseconds; 0 when that is not known. */
  readonly expectedMs: (task: string) => number
  /** What a build took at most before, bytes; 0 when that is not known. */
  readonly memoryOf: (task: string) => number
}
