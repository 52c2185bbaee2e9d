import type { Task } from '../engine/task.ts'
import { criticalPath } from '../graph/critical-path.ts'

/** A part of a task's time that could go: an instruction of a build, or the whole of a wait. */
export interface TaskPart {
  readonly task: string
  readonly what: string
  readonly ms: number
}

export interface Saving<Part extends TaskPart = TaskPart> {
  readonly part: Part
  /** How much sooner the run would end without it. */
  readonly savedMs: number
}

/** Each is a simulation, and only the longest can matter much. */
const mostParts = 12
const mostSavings = 5
/** Less is noise. */
const leastShare = 0.01
const leastMs = 500

/**
 * How much a run would gain without this or that: for the longest parts of tasks on the critical path, by how much the
 * total falls, which is less than their length where another path takes over. Those that gain most come first.
 * `totalOf` predicts the total of a run of the same tasks with other durations.
 */
export async function whatIf<T extends Task, Part extends TaskPart>(
  tasks: readonly T[],
  parts: readonly Part[],
  totalOf: (tasks: readonly T[]) => Promise<number>,
): Promise<Saving<Part>[]> {
  const critical = new Set(criticalPath(tasks, ({ expectedMs }) => expectedMs).path.map(({ id }) => id))
  const candidates = parts
    .filter(({ task, ms }) => critical.has(task) && ms >= leastMs)
    .sort((a, b) => b.ms - a.ms)
    .slice(0, mostParts)
  if (candidates.length === 0) return []
  const totalMs = await totalOf(tasks)
  const savings: Saving<Part>[] = []
  for (const part of candidates) {
    const without = tasks.map((task) =>
      task.id === part.task ? { ...task, expectedMs: Math.max(0, task.expectedMs - part.ms) } : task,
    )
    savings.push({ part, savedMs: totalMs - (await totalOf(without)) })
  }
  return savings
    .filter(({ savedMs }) => savedMs >= Math.max(leastMs, leastShare * totalMs))
    .sort((a, b) => b.savedMs - a.savedMs)
    .slice(0, mostSavings)
}
