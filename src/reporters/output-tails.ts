import type { RunEvent } from '../engine/events.ts'

/** So many lines are shown of the output of what failed. */
export const shownTail = 20

/** The last lines of output of each running task, for the case that it fails. */
export class OutputTails {
  readonly #lines = new Map<string, string[]>()
  readonly #limit: number

  constructor(limit: number = shownTail) {
    this.#limit = limit
  }

  /** Keeps what the event brings. */
  add(event: RunEvent): void {
    if (event.type !== 'task-output') return
    const lines = this.#lines.get(event.task)
    if (lines === undefined) this.#lines.set(event.task, [event.line])
    // To cut them at each line would be to copy them at each line.
    else if (lines.push(event.line) > 2 * this.#limit) lines.splice(0, lines.length - this.#limit)
  }

  /** The last line of a task's output; empty where there is none. */
  last(task: string): string {
    return this.#lines.get(task)?.at(-1) ?? ''
  }

  /** The tail of a task's output, which is then forgotten. */
  take(task: string): readonly string[] {
    const lines = this.#lines.get(task)?.slice(-this.#limit) ?? []
    this.#lines.delete(task)
    return lines
  }
}
