import type { RunEvent } from '../engine/events.ts'

const limit = 20

/** The last lines of output of each running task, for the case that it fails. */
export class OutputTails {
  readonly #lines = new Map<string, string[]>()

  /** Keeps what the event brings. */
  add(event: RunEvent): void {
    if (event.type !== 'task-output') return
    const lines = this.#lines.get(event.task) ?? []
    lines.push(event.line)
    this.#lines.set(event.task, lines.length > 2 * limit ? lines.slice(-limit) : lines)
  }

  /** The tail of a task's output, which is then forgotten. */
  take(task: string): readonly string[] {
    const lines = this.#lines.get(task)?.slice(-limit) ?? []
    this.#lines.delete(task)
    return lines
  }
}
