import type { Task } from '../engine/task.ts'
import { formatDuration } from '../util/duration.ts'
import type { LiveState } from './live-state.ts'

/** A task that would run but for one thing, and what that is. */
export interface HeldTask {
  readonly id: string
  /** `waits for ready:datastorage`. */
  readonly reason: string
}

/**
 * What comes next, and why it has not started: the tasks that wait for nothing but what is running, or for a slot. Those
 * that wait for them in turn say nothing new.
 */
export function heldTasks({ waiting, running, capacity }: LiveState): HeldTask[] {
  const isWaiting = new Set(waiting.map(({ id }) => id))
  const isRunning = new Map(running.map((task) => [task.id, task]))
  const used = (slot: string) => running.reduce((sum, { planned }) => sum + (planned?.slots[slot] ?? 0), 0)

  const reasonOf = ({ needs, after = [], slots }: Task): string => {
    const [need, ...others] = needs.filter((id) => isRunning.has(id))
    if (need !== undefined) return others.length === 0 ? need : `${need} and ${others.length} more`
    const leader = after.find(({ task }) => isRunning.has(task))
    if (leader !== undefined) return `${leader.task} to have run for ${formatDuration(leader.ms)}`
    const full = Object.keys(slots).find(
      (slot) => used(slot) + (slots[slot] ?? 0) > (capacity[slot] ?? Number.POSITIVE_INFINITY),
    )
    return full === undefined ? 'its turn' : `a free slot (${full})`
  }
  return waiting
    .filter(
      ({ needs, after = [] }) =>
        ![...needs, ...after.map(({ task }) => task)].some((id) => isWaiting.has(id)),
    )
    .map((task) => ({ id: task.id, reason: `waits for ${reasonOf(task)}` }))
}
