import type { PlanReady } from '../engine/events.ts'
import type { Lag } from '../engine/task.ts'

/** What is expected of a task, and what it comes after. */
export interface ExpectedTask {
  readonly id: string
  readonly expectedMs: number
  readonly isEstimate: boolean
  /** What it needs, and those whose slots it was predicted to take over. */
  readonly behind: readonly string[]
  readonly after: readonly Lag[]
}

/** How far a run is. */
export interface RunPosition {
  /** Since the start of the run, as are all times here. */
  readonly nowMs: number
  readonly running: readonly { readonly id: string; readonly startMs: number }[]
  readonly waiting: readonly { readonly id: string }[]
}

/**
 * The tasks of a plan in the order in which they were predicted to end, each behind those it needs and those whose
 * slots it was predicted to take over; none without a prediction.
 */
export function expectedTasks({
  tasks,
  prediction,
}: Pick<PlanReady, 'tasks' | 'prediction'>): readonly ExpectedTask[] {
  if (prediction === undefined) return []
  const planned = new Map(tasks.map((task) => [task.id, task]))
  const endedAt = new Map<number, string[]>()
  for (const { id, endMs } of prediction.tasks) {
    endedAt.set(endMs, [...(endedAt.get(endMs) ?? []), id])
  }
  return prediction.tasks.flatMap(({ id, startMs, endMs }) => {
    const task = planned.get(id)
    if (task === undefined) return []
    const { needs, slots, expectedMs, isEstimate = false, after = [] } = task
    const before = (startMs > 0 && endMs > startMs ? endedAt.get(startMs) : undefined) ?? []
    const freed = before.filter((other) =>
      Object.keys(planned.get(other)?.slots ?? {}).some((slot) => slot in slots),
    )
    return [{ id, expectedMs, isEstimate, behind: [...new Set([...needs, ...freed])], after }]
  })
}

/**
 * When a run will end, if everything that has not ended takes what is expected of it: exactly as predicted as long as
 * all goes as predicted, and by the needs where it does not. What takes longer than expected will end at any moment.
 */
export function expectedEndMs(expected: readonly ExpectedTask[], position: RunPosition): number {
  const { nowMs } = position
  const started = new Map(position.running.map(({ id, startMs }) => [id, startMs]))
  const waiting = new Set(position.waiting.map(({ id }) => id))
  const starts = new Map<string, number>()
  const ends = new Map<string, number>()
  let lastMs = nowMs
  for (const { id, expectedMs, behind, after } of expected) {
    if (!started.has(id) && !waiting.has(id)) continue
    // What has ended is in neither map, and holds nothing up.
    const endOf = (task: string) => ends.get(task) ?? nowMs
    const lagOf = ({ task, ms }: Lag) => Math.min(endOf(task), (starts.get(task) ?? nowMs) + ms)
    const startMs = started.get(id) ?? Math.max(nowMs, ...behind.map(endOf), ...after.map(lagOf))
    const endMs = Math.max(nowMs, startMs + expectedMs)
    starts.set(id, startMs)
    ends.set(id, endMs)
    lastMs = Math.max(lastMs, endMs)
  }
  return lastMs
}
