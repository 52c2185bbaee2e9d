/** A capacity that tasks share (for example `cpu`, `memory`, `engine`); the number is in the slot's own unit. */
export type Slots = Readonly<Record<string, number>>

/** A node of the graph, as data: it can be printed, stored and compared. The engine knows nothing else of a task. */
export interface Task {
  /** Unique in its graph, by convention `<kind>:<subject>`, for example `build:gateway`. */
  readonly id: string
  /** What kind of work it is; the engine only passes it on. */
  readonly kind: string
  /** A label to group by in reports; never a barrier. */
  readonly phase: string
  /** Ids of the tasks that must have succeeded (or been reused) before this one starts. */
  readonly needs: readonly string[]
  /** What it occupies while it runs; a slot without a capacity is unlimited. */
  readonly slots: Slots
  /** Expected duration in milliseconds, for the order in which ready tasks start; 0 when unknown. */
  readonly expectedMs: number
  /** Milliseconds after which the task is cancelled and ends as `timed-out`; absent means no limit. */
  readonly timeoutMs?: number
}
