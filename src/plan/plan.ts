import type { Slots, Task } from '../engine/task.ts'

export const strategyNames = ['serial', 'standard', 'hybrid', 'pipelined'] as const

/** Which edges the plan adds between phases. */
export type StrategyName = (typeof strategyNames)[number]

/** A task of a plan: what the engine needs to order it, and what it is about. */
export type PlannedTask = ImageTask | ServiceTask

/** A task about an image; it needs no cluster. */
export type ImageTask = Task &
  (
    | { readonly kind: 'pull' | 'build'; readonly image: string }
    | { readonly kind: 'push'; readonly image: string; readonly registry: string }
  )

type ServiceTask = Task &
  (
    | { readonly kind: 'cluster'; readonly provider: string }
    | { readonly kind: 'deploy' | 'ready'; readonly service: string }
  )

/** What a run will do, as data: printable before anything happens. */
export interface Plan {
  readonly project: string
  /** Empty for a plan that only builds images. */
  readonly environment: string
  readonly strategy: StrategyName
  readonly tasks: readonly PlannedTask[]
  readonly capacity: Slots
}

/** What the planner is told of the world, so that it need not look. */
export interface PlanFacts {
  /** By service, the names of the configuration's images its manifests run. */
  readonly imagesOf: ReadonlyMap<string, readonly string[]>
  readonly cpus: number
  readonly memoryBytes: number
  /** How long a task took before, milliseconds; 0 when that is not known. */
  readonly expectedMs: (task: string) => number
}
