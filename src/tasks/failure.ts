import type { TaskFailure } from '../engine/events.ts'
import { type RetryAdvice, TaskError } from '../engine/task-error.ts'
import { CommandError } from '../exec/command-error.ts'

/** The codes of the failures that tasks tell of; the engine's own are in `engine/task-failures.ts`. */
export const taskFailureCodes = [
  'E_BUILD_FAILED',
  'E_PULL_FAILED',
  'E_ROOTFS_FAILED',
  'E_ARCHIVE_FAILED',
  'E_CLUSTER_FAILED',
  'E_PUSH_FAILED',
  'E_LOAD_FAILED',
  'E_DEPLOY_FAILED',
  'E_NOT_READY',
  'E_TESTS_FAILED',
] as const

/** A failure with one of the tasks' codes. */
export type WordedFailure = TaskFailure & { readonly code: (typeof taskFailureCodes)[number] }

/** The error of a task that has failed in a way it expects: tasks throw no `TaskError` made otherwise. */
export function taskError(
  failure: WordedFailure,
  advice?: RetryAdvice & { readonly cause?: unknown },
): TaskError {
  return new TaskError(failure, advice)
}

/**
 * Runs a step of a task and gives a failing command the words of the task. What is no `CommandError` is a bug, and
 * passes. Of a cancelled command the engine already knows why it ended; these words become its last ones.
 */
export async function describing<T>(
  step: Promise<T>,
  describe: (error: CommandError) => WordedFailure,
): Promise<T> {
  try {
    return await step
  } catch (error) {
    if (!(error instanceof CommandError)) throw error
    throw taskError(
      { where: error.where, detail: error.tail || error.message, ...describe(error) },
      { cause: error },
    )
  }
}
