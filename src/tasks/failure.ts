import type { TaskFailure } from '../engine/events.ts'
import { TaskError } from '../engine/task-error.ts'
import { CommandError } from '../exec/command-error.ts'

/**
 * Runs a step of a task and gives a failing command the words of the task. What is no `CommandError`, or was
 * cancelled, passes: the one is a bug, the other the engine's own doing.
 */
export async function describing<T>(
  step: Promise<T>,
  describe: (error: CommandError) => Pick<TaskFailure, 'message' | 'code'> & Partial<TaskFailure>,
): Promise<T> {
  try {
    return await step
  } catch (error) {
    if (!(error instanceof CommandError)) throw error
    throw new TaskError(
      { where: error.where, detail: error.tail || error.message, ...describe(error) },
      { cause: error },
    )
  }
}
