/** A capacity that tasks share (for example `cpu`, `memory`, `engine`); the number is in the slot's own unit. */
export type Slots = Readonly<Record<string, number>>

/** A start that lags behind another: a start-to-start lag, as plans of projects have it. */
export interface Lag {
  readonly task: string
  /** Counted from the start of that task. */
  readonly ms: number
}

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
  /**
   * It does not start either before each of these tasks, every one once, has been running for so long or has ended,
   * however that was: what it waits for here can delay it, and never make it fail.
   */
  readonly after?: readonly Lag[]
  /** What it occupies while it runs; a slot without a capacity is unlimited. */
  readonly slots: Slots
  /** Expected duration in milliseconds, for the order in which ready tasks start; 0 when unknown. */
  readonly expectedMs: number
  /** Whether `expectedMs` is a guess that stands on no earlier run of this very task. */
  readonly isEstimate?: boolean
  /** Milliseconds after which the task is cancelled and ends as `timed-out`; absent means no limit. */
  readonly timeoutMs?: number
}
