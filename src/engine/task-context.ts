import type { TaskOutput, TaskProgress } from './events.ts'
import type { Task } from './task.ts'

/** What a task's work has of the engine. Once the task has ended, all of it is without effect, and `defer` throws. */
export interface TaskContext {
  /** Aborted when the run is cancelled or the task's time is over; what the task does after that is not waited for long. */
  readonly signal: AbortSignal
  /** Counted from 1. */
  readonly attempt: number
  /** One line of output, without its line end. */
  output(stream: TaskOutput['stream'], line: string): void
  /** What is being done now, in a few words, and how far it is where that is known. */
  progress(text: string, done?: number, total?: number, unit?: TaskProgress['unit']): void
  /** Tells people what they should know, and what is no failure: a sentence. */
  warn(text: string): void
  /** Tells that something now exists that must be removed later. */
  resourceCreated(kind: string, name: string): void
  /**
   * Registers how to undo a side effect. To be called *before* the side effect, so that an interrupt between
   * the two leaves nothing behind: an undo must cope with there being nothing to undo.
   */
  defer(undo: Undo): void
}

/** What an undo action has of the engine. */
export interface UndoContext {
  /** Not the signal of the run: aborted only when the teardown's own budget is used up. */
  readonly signal: AbortSignal
  output(stream: TaskOutput['stream'], line: string): void
  resourceRemoved(kind: string, name: string): void
}

/** Takes one side effect back; rejects when that fails. */
export type Undo = (context: UndoContext) => Promise<void>

/** Values a task leaves for reports. */
export type TaskOutputs = Readonly<Record<string, string | number | boolean>>

export interface TaskResult {
  readonly outcome: 'succeeded' | 'reused'
  readonly outputs?: TaskOutputs
}

/** Does the work of one task. Rejects with a `TaskError` for an expected failure. */
export type Execute = (task: Task, context: TaskContext) => Promise<TaskResult>
