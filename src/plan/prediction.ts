import { simulate } from '../engine/simulate.ts'
import type { Slots, Task } from '../engine/task.ts'
import { criticalPath } from '../graph/critical-path.ts'
import type { Interval } from '../util/intervals.ts'
import { clusterIdle } from './cluster-idle.ts'
import type { Plan } from './plan.ts'

/** What a run of a plan will be like, if everything takes what is expected of it and nothing is there already. */
export interface Prediction {
  /** In the order of the plan; milliseconds since the start of the run. */
  readonly tasks: readonly PredictedTask[]
  readonly totalMs: number
  /** Whether anything in it is an estimate, and not history. */
  readonly isEstimate: boolean
  /** The longest chain of needs: with any number of slots the work takes as long. */
  readonly criticalPath: { readonly tasks: readonly string[]; readonly lengthMs: number }
  /** No order of execution can be faster: the critical path, or the work for a slot divided by its capacity. */
  readonly lowerBoundMs: number
  /** How long the cluster is there and has nothing to do; absent where nodes need no images. */
  readonly clusterIdleMs?: number
  /** How long of that at a stretch, at most. */
  readonly clusterIdleStretchMs?: number
}

export interface PredictedTask extends Interval {
  readonly id: string
  readonly isEstimate: boolean
}

/** Predicts a run by simulating it: with the same scheduler, on a clock that costs no time. */
export async function predict(plan: Pick<Plan, 'tasks' | 'capacity'>): Promise<Prediction> {
  const { tasks, capacity } = plan
  const { tasks: times, totalMs } = await simulate(tasks, capacity)
  const { path, length } = criticalPath(tasks, ({ expectedMs }) => expectedMs)
  const idle = clusterIdle(tasks, times)
  return {
    tasks: tasks.map(({ id, isEstimate = false }) => ({
      id,
      ...(times.get(id) ?? { startMs: 0, endMs: 0 }),
      isEstimate,
    })),
    totalMs,
    isEstimate: tasks.some(({ isEstimate }) => isEstimate),
    criticalPath: { tasks: path.map(({ id }) => id), lengthMs: Math.round(length) },
    lowerBoundMs: Math.round(
      Math.max(length, ...Object.keys(capacity).map((slot) => workMs(slot, tasks, capacity))),
    ),
    ...(idle === undefined
      ? {}
      : {
          clusterIdleMs: idle.reduce((sum, gapMs) => sum + gapMs, 0),
          clusterIdleStretchMs: Math.max(0, ...idle),
        }),
  }
}

/** How long the tasks would keep a slot busy if none of it were ever free. */
function workMs(slot: string, tasks: readonly Task[], capacity: Slots): number {
  const most = capacity[slot] ?? 0
  return tasks.reduce(
    (sum, { slots, expectedMs }) => sum + (expectedMs * Math.min(slots[slot] ?? 0, most)) / most,
    0,
  )
}
