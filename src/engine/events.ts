import type { Outcome, RunOutcome } from './outcome.ts'
import type { Task } from './task.ts'

/**
 * Everything that can happen in a run: the one stream from which every report is made, live or later
 * from the run directory's `events.ndjson`. JSON-serialisable; `at` is milliseconds since the run started.
 */
export type RunEvent =
  | RunStarted
  | PlanReady
  | TaskStarted
  | TaskOutput
  | TaskProgress
  | TaskPartFinished
  | TaskRetried
  | TaskFinished
  | ResourceCreated
  | ResourceRemoved
  | TeardownStarted
  | TeardownFailed
  | TeardownFinished
  | MachineSample
  | Note
  | RunFinished

/** An event before it is given its time. */
export type EventBody = RunEvent extends infer Event
  ? Event extends RunEvent
    ? Omit<Event, 'at'>
    : never
  : never

interface Base {
  readonly at: number
}

export interface RunStarted extends Base {
  readonly type: 'run-started'
  /** Version of this union; raised when a reader of older files would misunderstand a newer one. */
  readonly version: 1
  readonly run: string
  readonly command: string
  readonly environment: string | null
  /** Wall-clock start, milliseconds since the epoch. */
  readonly startedAt: number
  /** What it was started by, as a W3C trace context: `00-<trace>-<span>-<flags>`; absent where it was not told. */
  readonly traceparent?: string
}

/** The graph that is about to run, with the strategy's name and every task in it. */
export interface PlanReady extends Base {
  readonly type: 'plan-ready'
  readonly strategy: string
  readonly tasks: readonly Task[]
  readonly capacity: Readonly<Record<string, number>>
  /** What the run will be like if everything takes what is expected of it; absent where nobody has predicted it. */
  readonly prediction?: RunPrediction
  /** By task, where what it is about stands: `file:line`, the file from the root of the configuration on. */
  readonly places?: Readonly<Record<string, string>>
}

/** A run as it is expected to be. Times are milliseconds since its start. */
export interface RunPrediction {
  readonly totalMs: number
  /** In the order in which they will end. */
  readonly tasks: readonly { readonly id: string; readonly startMs: number; readonly endMs: number }[]
}

export interface TaskStarted extends Base {
  readonly type: 'task-started'
  readonly task: string
}

/** One line of a task's output, or of its undo's; `stream` is `info` for what Kindling itself says. */
export interface TaskOutput extends Base {
  readonly type: 'task-output'
  readonly task: string
  readonly stream: 'stdout' | 'stderr' | 'info'
  readonly line: string
}

/** What a running task is doing now, in a few words, and how far it is where that is known. */
export interface TaskProgress extends Base {
  readonly type: 'task-progress'
  readonly task: string
  readonly text: string
  readonly done?: number
  readonly total?: number
  /** What is counted; absent for what has no unit, as the instructions of a build. */
  readonly unit?: 'bytes'
}

/** A part of a task has ended: an instruction of a build. Several may have run side by side. */
export interface TaskPartFinished extends Base {
  readonly type: 'task-part'
  readonly task: string
  readonly text: string
  readonly durationMs: number
}

export interface TaskRetried extends Base {
  readonly type: 'task-retried'
  readonly task: string
  /** The attempt that failed, counted from 1. */
  readonly attempt: number
  readonly reason: string
  readonly delayMs: number
}

export interface TaskFinished extends Base {
  readonly type: 'task-finished'
  readonly task: string
  readonly outcome: Outcome
  /** Milliseconds from start to end over all attempts; 0 for a task that never started (then no `task-started`). */
  readonly durationMs: number
  /** Present unless it succeeded. */
  readonly failure?: TaskFailure
  /** Values that later reports show: a reference, an image ID, a port. */
  readonly outputs?: Readonly<Record<string, string | number | boolean>>
}

/** Why a task did not succeed, in the four parts every message has. */
export interface TaskFailure {
  /** What failed, one sentence. */
  readonly message: string
  /** Stable code, documented in docs/errors.md. */
  readonly code: string
  /** Where: a command, or `file:line:column`. */
  readonly where?: string
  /** Why: the tool's own words, last lines of the output; several lines. */
  readonly detail?: string
  /** What to do. */
  readonly hint?: string
  /** Of a command whose exit code is a result, such as the tests'. */
  readonly exitCode?: number
  /** For `blocked` and `cancelled`: the tasks that caused it. */
  readonly causes?: readonly string[]
}

export interface ResourceCreated extends Base {
  readonly type: 'resource-created'
  readonly task: string
  readonly kind: string
  readonly name: string
}

export interface ResourceRemoved extends Base {
  readonly type: 'resource-removed'
  readonly kind: string
  readonly name: string
}

export interface TeardownStarted extends Base {
  readonly type: 'teardown-started'
  readonly reason: 'failed' | 'interrupted' | 'finished'
  readonly budgetMs: number
  /** How many undo actions there are. */
  readonly actions: number
}

/** One undo action that failed; the others go on. */
export interface TeardownFailed extends Base {
  readonly type: 'teardown-failed'
  readonly task: string
  readonly message: string
}

export interface TeardownFinished extends Base {
  readonly type: 'teardown-finished'
  readonly durationMs: number
  readonly failed: number
}

/** How busy the machine is, whoever makes it so. */
export interface MachineSample extends Base {
  readonly type: 'machine-sample'
  /** Share of all processors that was in use since the sample before, 0 to 1. */
  readonly cpu: number
  /** Memory in use, and how much there is, bytes. */
  readonly memoryBytes: number
  readonly memoryTotalBytes: number
}

/** A sentence for the reader that belongs to no task. */
export interface Note extends Base {
  readonly type: 'note'
  readonly level: 'info' | 'warning'
  readonly text: string
}

export interface RunFinished extends Base {
  readonly type: 'run-finished'
  readonly outcome: RunOutcome
  readonly durationMs: number
  /** Tasks on the critical path of what was measured, in order. */
  readonly criticalPath: readonly string[]
  readonly exitCode: number
  /** What it would have gained without parts of its work, most first; absent when nothing is worth it. */
  readonly savings?: readonly RunSaving[]
  /** What its phases took, of which recent runs are known that did the same. */
  readonly phases?: readonly RunPhase[]
}

/** A phase beside recent runs that did the same work in the same order. */
export interface RunPhase {
  readonly phase: string
  /** How long at least one of its tasks was running. */
  readonly durationMs: number
  /** Of the recent runs, and how many there are. */
  readonly medianMs: number
  readonly runs: number
}

/** How much sooner a run would end without a part of a task on its critical path. */
export interface RunSaving {
  readonly task: string
  /** The part, in a few words. */
  readonly what: string
  /** Where it stands: `file:line`, the file from the root of the configuration on. */
  readonly where?: string
  readonly savedMs: number
}
