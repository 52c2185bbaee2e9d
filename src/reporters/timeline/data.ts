/**
 * What the timeline page shows, as it stands in the page: a run with its times worked out. Times are milliseconds since
 * the start of the run. Types only: the page's scripts share them.
 */
export interface TimelineData {
  readonly title: string
  readonly run: string
  readonly strategy: string
  /** Milliseconds since the epoch. */
  readonly startedAt: number
  /** `unfinished` when the run was killed. */
  readonly outcome: string
  readonly wallMs: number
  readonly phases: readonly TimelinePhase[]
  /** By phase, and within one by their start; those that never started come last. */
  readonly tasks: readonly TimelineTask[]
  readonly path: {
    readonly busyMs: number
    readonly waitedMs: number
    readonly afterMs: number
    /** Places in `tasks`, in order. */
    readonly steps: readonly { readonly task: number; readonly waitedMs: number }[]
  }
  /** When the cluster was there and had nothing to do. */
  readonly clusterIdle: readonly Stretch[]
  readonly teardown?: Stretch
  readonly machine?: TimelineMachine
  readonly savings: readonly TimelineSaving[]
  readonly notes: readonly string[]
  readonly comparison?: TimelineComparison
}

/** From and to. */
export type Stretch = readonly [startMs: number, endMs: number]

export interface TimelinePhase {
  readonly name: string
  /** Number of its colour, the same in every run. */
  readonly colour: number
  /** Absent when none of its tasks started. */
  readonly time?: Stretch
}

export interface TimelineTask {
  readonly id: string
  readonly kind: string
  /** Place in `phases`. */
  readonly phase: number
  readonly colour: number
  readonly outcome: string
  /** Absent when it never started. */
  readonly time?: Stretch
  /** When everything it needs was done. */
  readonly readyMs: number
  /** By earlier runs; absent where there are none. */
  readonly expectedMs?: number
  readonly attempts: number
  /** Places in `tasks`. */
  readonly needs: readonly number[]
  readonly isCritical: boolean
  readonly parts: readonly TimelinePart[]
  readonly failure?: TimelineFailure
  /** How long it took in the run this one is compared with. */
  readonly beforeMs?: number
}

/** An instruction of a build. */
export interface TimelinePart {
  readonly text: string
  readonly time: Stretch
}

export interface TimelineFailure {
  readonly message: string
  readonly code: string
  readonly where?: string
  readonly detail?: string
  readonly hint?: string
}

/** How busy the machine was. */
export interface TimelineMachine {
  readonly memoryTotalBytes: number
  /** Share of the processors, 0 to 1, and bytes of memory, at a moment. */
  readonly samples: readonly (readonly [atMs: number, cpu: number, memoryBytes: number])[]
}

export interface TimelineSaving {
  /** Place in `tasks`. */
  readonly task: number
  readonly what: string
  readonly where?: string
  readonly savedMs: number
}

/** The run this one is compared with. */
export interface TimelineComparison {
  readonly title: string
  readonly startedAt: number
  readonly changes: readonly TimelineChange[]
}

/** The run as a whole, or a phase, before and after. */
export interface TimelineChange {
  readonly name: string
  readonly beforeMs?: number
  readonly afterMs?: number
}
