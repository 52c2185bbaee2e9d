import type { RunEvent } from '../engine/events.ts'
import { printable } from './printable.ts'

/** Tells the lines that are for the reader and not only for a log: what tests print. */
export class ShownOutput {
  readonly #tests = new Set<string>()

  /** The line of an event, in the order of the run's events; `undefined` for one that has none for the reader. */
  of(event: RunEvent): string | undefined {
    if (event.type === 'task-output') return this.#tests.has(event.task) ? printable(event.line) : undefined
    if (event.type === 'plan-ready') {
      for (const { id, kind } of event.tasks) if (kind === 'test') this.#tests.add(id)
    }
    return undefined
  }
}
