import type { Clock } from '../../util/clock.ts'
import type { RolloutProblem } from './pod-problems.ts'

/** Tells problems that last from those that pass. */
export class PatienceKeeper {
  readonly #clock: Clock
  /** By service, and then by problem: when it was first seen, and until when it may last. */
  readonly #since = new Map<
    string,
    ReadonlyMap<string, { readonly fromMs: number; readonly untilMs: number }>
  >()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** The first of the problems a service has now that has lasted for too long. */
  firstLasting(service: string, problems: readonly RolloutProblem[]): RolloutProblem | undefined {
    const nowMs = this.#clock.now()
    const known = this.#since.get(service)
    const current = problems.map((problem) => {
      // Its words may change with every look: `0/1 nodes` become `0/2 nodes`.
      const id = `${problem.uid} ${problem.container ?? ''} ${problem.patienceMs}`
      const fromMs = known?.get(id)?.fromMs ?? nowMs
      return { id, problem, fromMs, untilMs: fromMs + problem.patienceMs }
    })
    this.#since.set(service, new Map(current.map(({ id, fromMs, untilMs }) => [id, { fromMs, untilMs }])))
    return current.find(({ untilMs }) => untilMs <= nowMs)?.problem
  }

  /** Until the patience with some problem ends, milliseconds; nothing when there is none. */
  untilNextMs(): number | undefined {
    const nowMs = this.#clock.now()
    const ends = [...this.#since.values()].flatMap((problems) => [...problems.values()])
    const open = ends.map(({ untilMs }) => untilMs - nowMs).filter((ms) => ms > 0)
    return open.length === 0 ? undefined : Math.min(...open)
  }
}
