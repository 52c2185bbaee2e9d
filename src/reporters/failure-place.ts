import type { TaskFailure } from '../engine/events.ts'

/**
 * The place of a failure as `file:line`: that which it names itself, in a Dockerfile or a manifest, or else that of what
 * its task is about. What it names may be a command instead, which has no place.
 */
export function failurePlace(
  failure: Pick<TaskFailure, 'where'> | undefined,
  taskPlace: string | undefined,
): string | undefined {
  const [, file, line] = /^([^\s:]+):(\d+)(?::\d+)?(?:,|$)/.exec(failure?.where ?? '') ?? []
  return file === undefined ? taskPlace : `${file}:${line}`
}
