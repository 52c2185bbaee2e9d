import { VirtualClock } from '../util/virtual-clock.ts'
import { runGraph } from './run-graph.ts'
import type { Slots, Task } from './task.ts'

/** When a task would run, milliseconds since the start of the run. */
export interface SimulatedTask {
  readonly startMs: number
  readonly endMs: number
}

/** What a run would be like if every task succeeded in the time that is expected of it. */
export interface Simulation {
  /** By id, in the order in which they would end. */
  readonly tasks: ReadonlyMap<string, SimulatedTask>
  readonly totalMs: number
}

/**
 * Runs a graph as `runGraph` does, on a clock that goes from one end to the next: the same order, the same slots, the
 * same lags. Time limits are left out: what is expected to be late is late, and not a failure. Ten thousand tasks take
 * less than a second.
 */
export async function simulate(tasks: readonly Task[], capacity: Slots): Promise<Simulation> {
  const clock = new VirtualClock()
  const run = runGraph(tasks.map(withoutLimit), {
    execute: async ({ expectedMs }, { signal }) => {
      if (expectedMs > 0) await clock.sleep(expectedMs, signal)
      return { outcome: 'succeeded' }
    },
    capacity,
    clock,
    emit: () => {},
    signal: new AbortController().signal,
    failureMode: 'continue',
    maxAttempts: 1,
    cancelGraceMs: 0,
    teardown: () => false,
    teardownBudgetMs: 0,
  })
  const { tasks: records, durationMs } = await clock.run(run)
  const times = [...records.values()].map(({ id, startMs = 0, endMs }) => [id, { startMs, endMs }] as const)
  return { tasks: new Map(times), totalMs: durationMs }
}

function withoutLimit({ timeoutMs: _, ...task }: Task): Task {
  return task
}
