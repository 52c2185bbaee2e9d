import { ForwardError } from '../drivers/forward.ts'
import { ClusterError } from '../drivers/kind/cluster-error.ts'
import { KubernetesError } from '../drivers/kubernetes/kubernetes-error.ts'
import { ImageMismatchError } from '../drivers/node-images/image-loader.ts'
import type { TaskFailure } from '../engine/events.ts'
import { type RetryAdvice, TaskError } from '../engine/task-error.ts'
import { CommandError } from '../exec/command-error.ts'

/** The codes of the failures that tasks tell of; the engine's own are in `engine/task-failures.ts`. */
export const taskFailureCodes = [
  'E_COMMAND_FAILED',
  'E_NO_SPACE',
  'E_NO_ACCESS',
  'E_BUILD_FAILED',
  'E_PULL_FAILED',
  'E_ROOTFS_FAILED',
  'E_ARCHIVE_FAILED',
  'E_CLUSTER_FAILED',
  'E_CLUSTER_CHANGED',
  'E_CLUSTER_FOREIGN',
  'E_PUSH_FAILED',
  'E_EXPORT_FAILED',
  'E_LOAD_FAILED',
  'E_DEPLOY_FAILED',
  'E_NOT_READY',
  'E_OUTPUT_MISSING',
  'E_STEP_FAILED',
  'E_TESTS_FAILED',
  'E_TESTS_NOT_STARTED',
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

/** What drivers reject with when the outside world is not as it should be. */
export type DriverError = CommandError | KubernetesError | ClusterError | ImageMismatchError | ForwardError

/**
 * Runs a step of a task and gives what a driver rejects with the words of the task. Anything else is a bug, and
 * passes. Of a cancelled command the engine already knows why it ended; these words become its last ones.
 */
export async function describing<T>(
  step: Promise<T>,
  describe: (error: DriverError) => WordedFailure,
): Promise<T> {
  try {
    return await step
  } catch (error) {
    const said = saidBy(error)
    if (said === undefined) throw error
    throw taskError({ ...said, ...describe(error as DriverError) }, { cause: error })
  }
}

/** What an error of a driver says of itself; `undefined` for what is none. */
function saidBy(error: unknown): Partial<TaskFailure> | undefined {
  if (error instanceof CommandError) return { where: error.where, detail: error.tail || error.message }
  if (error instanceof KubernetesError) return { where: error.action, detail: error.serverMessage }
  if (error instanceof ImageMismatchError || error instanceof ForwardError) return { detail: error.message }
  if (!(error instanceof ClusterError)) return undefined
  return { hint: error.hint, ...(error.detail === undefined ? {} : { detail: error.detail }) }
}
