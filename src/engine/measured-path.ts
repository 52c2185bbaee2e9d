import { type CriticalPath, criticalPath } from '../graph/critical-path.ts'
import type { TaskRecord } from './records.ts'
import type { Task } from './task.ts'

/**
 * The critical path of the durations that were measured, its length in milliseconds: with any number of
 * slots this plan cannot be faster. Tasks that never started are left out.
 */
export function measuredPath(
  tasks: readonly Task[],
  records: ReadonlyMap<string, TaskRecord>,
): CriticalPath<Task> {
  const started = tasks.filter(({ id }) => records.get(id)?.startMs !== undefined)
  return criticalPath(started, ({ id }) => {
    const record = records.get(id)
    return record?.startMs === undefined ? 0 : record.endMs - record.startMs
  })
}
