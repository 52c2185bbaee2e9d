import type { Clock } from '../util/clock.ts'
import { deferred } from '../util/deferred.ts'
import type { EventBody, TaskFailure } from './events.ts'
import type { Outcome } from './outcome.ts'
import type { Task } from './task.ts'
import type { Execute, TaskContext, TaskOutputs, Undo } from './task-context.ts'
import { BlockedError, TaskError } from './task-error.ts'
import { failureOf, givenUpFailure, timeoutFailure, withLastWords } from './task-failures.ts'
import { startTimer } from './timer.ts'

/** How a task that was started ended. */
export interface TaskEnd {
  readonly outcome: Outcome
  readonly failure?: TaskFailure
  readonly outputs?: TaskOutputs
}

/** What a running task needs of its run. */
export interface TaskHost {
  readonly execute: Execute
  readonly clock: Clock
  /** How often a task is tried in all. */
  readonly maxAttempts: number
  /** How long work may go on after its signal was aborted. */
  readonly cancelGraceMs: number
  readonly emit: (body: EventBody) => void
  readonly defer: (task: string, undo: Undo) => void
  /** Lets fewer tasks have a slot from now on. */
  readonly narrow: (slot: string) => void
}

interface Interruption {
  readonly outcome: 'timed-out' | 'cancelled'
  readonly failure: TaskFailure
}

/**
 * One task from its start to its end, over all attempts. Its end is decided once, and the first cause wins:
 * after a timeout or a cancellation it no longer matters how the work ends, and when it does not end
 * within the grace period it is left to itself.
 */
export class RunningTask {
  readonly task: Task
  readonly #host: TaskHost
  readonly #abort = new AbortController()
  readonly #end = deferred<TaskEnd>()
  readonly #timers: (() => void)[] = []
  #interruption: Interruption | undefined
  #hasEnded = false

  constructor(task: Task, host: TaskHost) {
    this.task = task
    this.#host = host
  }

  /** Starts the work. Resolves with the end, and never rejects. */
  run(): Promise<TaskEnd> {
    const { task } = this
    const { timeoutMs } = task
    if (timeoutMs !== undefined) {
      this.#after(timeoutMs, () => this.#interrupt('timed-out', timeoutFailure(task, timeoutMs)))
    }
    void this.#attempts().then((end) => this.#endAs(end))
    return this.#end.promise
  }

  /** Ends the task as `cancelled`; without effect when it has ended or is ending. */
  cancel(failure: TaskFailure): void {
    this.#interrupt('cancelled', failure)
  }

  #interrupt(outcome: Interruption['outcome'], failure: TaskFailure): void {
    if (this.#hasEnded || this.#interruption) return
    this.#interruption = { outcome, failure }
    this.#after(this.#host.cancelGraceMs, () => {
      const detail = 'Its work did not stop when it was told to, and was left to itself.'
      this.#endAs({ outcome, failure: { ...failure, detail } })
    })
    this.#abort.abort(new TaskError(failure))
  }

  async #attempts(): Promise<TaskEnd> {
    const { execute, clock, maxAttempts, emit } = this.#host
    for (let attempt = 1; ; attempt++) {
      try {
        this.#abort.signal.throwIfAborted()
        const { outcome, outputs } = await execute(this.task, this.#context(attempt))
        return this.#interruption ?? { outcome, ...(outputs && { outputs }) }
      } catch (error) {
        if (this.#interruption) {
          const { outcome, failure } = this.#interruption
          return { outcome, failure: withLastWords(failure, error) }
        }
        if (error instanceof BlockedError) {
          return { outcome: 'blocked', failure: givenUpFailure(this.task, error.causes) }
        }
        const failure = failureOf(error)
        if (!(error instanceof TaskError) || !error.isRetryable || attempt >= maxAttempts) {
          return { outcome: 'failed', failure }
        }
        const delayMs = error.retryDelayMs
        emit({ type: 'task-retried', task: this.task.id, attempt, reason: failure.message, delayMs })
        if (error.narrows !== undefined) this.#host.narrow(error.narrows)
        // An abort ends the pause; the next attempt then finds the signal aborted.
        await clock.sleep(delayMs, this.#abort.signal).catch(() => {})
      }
    }
  }

  #endAs(end: TaskEnd): void {
    if (this.#hasEnded) return
    this.#hasEnded = true
    for (const stop of this.#timers) stop()
    this.#end.resolve(end)
  }

  #after(delayMs: number, onElapsed: () => void): void {
    this.#timers.push(startTimer(this.#host.clock, delayMs, onElapsed))
  }

  #context(attempt: number): TaskContext {
    const task = this.task.id
    const emit = (body: EventBody) => {
      if (!this.#hasEnded) this.#host.emit(body)
    }
    return {
      signal: this.#abort.signal,
      attempt,
      output: (stream, line) => emit({ type: 'task-output', task, stream, line }),
      progress: (text, done, total, unit) =>
        emit({
          type: 'task-progress',
          task,
          text,
          ...(done !== undefined && { done }),
          ...(total !== undefined && { total }),
          ...(unit !== undefined && { unit }),
        }),
      warn: (text) => emit({ type: 'note', level: 'warning', text: `${task}: ${text}` }),
      resourceCreated: (kind, name) => emit({ type: 'resource-created', task, kind, name }),
      defer: (undo) => {
        // Thrown before the side effect: what was given up must not create anything more.
        if (this.#hasEnded) throw new Error(`Internal error: ${task} has ended and can undo nothing`)
        this.#host.defer(task, undo)
      },
    }
  }
}
