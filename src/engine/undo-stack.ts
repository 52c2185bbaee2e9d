import type { Clock } from '../util/clock.ts'
import { formatDuration } from '../util/duration.ts'
import type { EventBody } from './events.ts'
import type { Undo } from './task-context.ts'
import { startTimer } from './timer.ts'

interface Entry {
  readonly task: string
  readonly undo: Undo
}

/** One undo action that failed or that there was no time for. */
export interface UndoFailure {
  readonly task: string
  readonly message: string
}

interface UnwindOptions {
  readonly clock: Clock
  readonly budgetMs: number
  /** How long an undo may go on after the budget is used up. */
  readonly graceMs: number
  readonly emit: (body: EventBody) => void
}

/** What has to be undone, last first. */
export class UndoStack {
  readonly #entries: Entry[] = []

  get size(): number {
    return this.#entries.length
  }

  push(task: string, undo: Undo): void {
    this.#entries.push({ task, undo })
  }

  /**
   * Undoes everything, one after another, last first, on a signal of its own. A failure does not stop the
   * others. When the budget is used up the running undo is aborted, and those left are reported as failed.
   */
  async unwind({ clock, budgetMs, graceMs, emit }: UnwindOptions): Promise<UndoFailure[]> {
    const failures: UndoFailure[] = []
    const budget = new AbortController()
    const stopBudget = startTimer(clock, budgetMs, () => {
      budget.abort(new Error(`the teardown's budget of ${formatDuration(budgetMs)} is used up`))
    })
    let stopGrace = () => {}
    const graceOver = new Promise<never>((_, reject) => {
      stopGrace = startTimer(clock, budgetMs + graceMs, () => reject(budget.signal.reason))
    })
    // Each undo races against it; while none does, its rejection is nobody's business.
    graceOver.catch(() => {})

    for (let entry = this.#entries.pop(); entry; entry = this.#entries.pop()) {
      const { task, undo } = entry
      try {
        budget.signal.throwIfAborted()
        await Promise.race([start(undo, task, budget.signal, emit), graceOver])
      } catch (error) {
        const message = error instanceof Error ? error.message : String(error)
        failures.push({ task, message })
        emit({ type: 'teardown-failed', task, message })
      }
    }
    stopBudget()
    stopGrace()
    return failures
  }
}

/** Starts an undo; what it throws before its first await is a rejection like any other. */
async function start(
  undo: Undo,
  task: string,
  signal: AbortSignal,
  emit: (body: EventBody) => void,
): Promise<void> {
  await undo({
    signal,
    output: (stream, line) => emit({ type: 'task-output', task, stream, line }),
    resourceRemoved: (kind, name) => emit({ type: 'resource-removed', kind, name }),
  })
}
