import type { RunEvent } from '../engine/events.ts'

/** An instruction of a build and how long it took, as far as the engine announces them. */
export interface TimedInstruction {
  readonly instruction: string
  readonly seconds: number
}

/** Breaks the time of each build down by instruction: one lasts until the next is announced, or the task ends. */
export class InstructionTimes {
  readonly #open = new Map<string, { readonly instruction: string; readonly at: number }>()
  readonly #timed = new Map<string, TimedInstruction[]>()

  onEvent(event: RunEvent): void {
    if (event.type === 'task-progress' && event.total !== undefined) {
      this.#close(event.task, event.at)
      this.#open.set(event.task, { instruction: event.text, at: event.at })
    } else if (event.type === 'task-finished') {
      this.#close(event.task, event.at)
    }
  }

  /** The instructions of a task, in order. */
  of(task: string): readonly TimedInstruction[] {
    return this.#timed.get(task) ?? []
  }

  #close(task: string, at: number): void {
    const open = this.#open.get(task)
    if (open === undefined) return
    this.#open.delete(task)
    const timed = this.#timed.get(task) ?? []
    timed.push({ instruction: open.instruction, seconds: (at - open.at) / 1000 })
    this.#timed.set(task, timed)
  }
}
