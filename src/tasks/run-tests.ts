import type { TaskContext, TaskResult } from '../engine/task-context.ts'
import { CommandError } from '../exec/command-error.ts'
import { describing } from './failure.ts'
import { commandOf, endOf } from './host-command.ts'
import type { RunScope } from './run-scope.ts'

/** How long tests that are stopped have for what they must clear away themselves. */
const graceMs = 8_000

/**
 * Runs the tests of the environment in a process group of their own, with these variables and theirs; what they print
 * is shown as it comes.
 */
export async function runTests(
  scope: RunScope,
  context: TaskContext,
  variables: Readonly<Record<string, string>> = {},
): Promise<TaskResult> {
  if (scope.tests === undefined) throw new Error('Internal error: there are no tests to run')
  const { run, env } = scope.tests()
  const options = { signal: context.signal, onLine: context.output, graceMs }
  const command = { ...commandOf(run), cwd: scope.config.root, env: { ...variables, ...env } }
  await describing(scope.exec.run(command, options), (error) => ({
    code: 'E_TESTS_FAILED',
    message: error instanceof CommandError ? endOf('the tests', error) : error.message,
    // What they printed stands above already.
    detail: '',
  }))
  return { outcome: 'succeeded' }
}
