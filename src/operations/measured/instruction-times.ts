import type { ContainerEngine } from '../../drivers/container-engine.ts'
import type { RunEvent } from '../../engine/events.ts'

/** An instruction of a build and how long it took, as far as the engine announces them. */
export interface TimedInstruction {
  readonly instruction: string
  readonly seconds: number
}

/** What is known of a task so far. */
class TaskTimes {
  readonly timed: TimedInstruction[] = []
  /** By the engine's own clock. */
  readonly exact: TimedInstruction[] = []
  /** Instructions whose end the engine will tell. */
  readonly announced = new Map<string, string>()
  open: { readonly instruction: string; readonly at: number } | undefined

  /** The instruction that ends now, unless the engine tells the ends itself. */
  close(at: number): TimedInstruction | undefined {
    if (this.open === undefined) return undefined
    const ended = { instruction: this.open.instruction, seconds: (at - this.open.at) / 1000 }
    this.timed.push(ended)
    this.open = undefined
    return this.announced.size > 0 ? undefined : ended
  }
}

/**
 * Breaks the time of each build down by instruction: by what the engine says of it, where it works on several at once
 * and measures each; otherwise, one lasts until the next is announced, or the task ends.
 */
export class InstructionTimes {
  readonly #engine: Pick<ContainerEngine, 'parseStep' | 'parseStepEnd'>
  readonly #tasks = new Map<string, TaskTimes>()

  constructor(engine: Pick<ContainerEngine, 'parseStep' | 'parseStepEnd'>) {
    this.#engine = engine
  }

  /** The instruction that has ended with an event, if one has. */
  onEvent(event: RunEvent): TimedInstruction | undefined {
    if (event.type === 'task-output') return this.#onLine(event.task, event.line)
    if (event.type === 'task-finished') return this.#of(event.task).close(event.at)
    if (event.type !== 'task-progress' || event.total === undefined || event.unit !== undefined)
      return undefined
    const task = this.#of(event.task)
    const ended = task.close(event.at)
    task.open = { instruction: event.text, at: event.at }
    return ended
  }

  /** The instructions of a task, in order; by exact times in the order in which they ended. */
  of(task: string): readonly TimedInstruction[] {
    const { exact, timed } = this.#of(task)
    return exact.length > 0 ? exact : timed
  }

  #onLine(id: string, line: string): TimedInstruction | undefined {
    const task = this.#of(id)
    const step = this.#engine.parseStep(line)
    if (step?.vertex !== undefined) task.announced.set(step.vertex, step.instruction)
    const end = this.#engine.parseStepEnd(line)
    const instruction = end === undefined ? undefined : task.announced.get(end.vertex)
    if (end === undefined || instruction === undefined) return undefined
    const ended = { instruction, seconds: end.seconds }
    task.exact.push(ended)
    return ended
  }

  #of(task: string): TaskTimes {
    let times = this.#tasks.get(task)
    if (times === undefined) {
      times = new TaskTimes()
      this.#tasks.set(task, times)
    }
    return times
  }
}
