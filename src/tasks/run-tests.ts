import type { TaskContext, TaskResult } from '../engine/task-context.ts'
import { CommandError } from '../exec/command-error.ts'
import { type DriverError, describing, type WordedFailure } from './failure.ts'
import { commandOf, endOf } from './host-command.ts'
import type { RunScope, TestCommand } from './run-scope.ts'

/** How long tests that are stopped have for what they must clear away themselves. */
const graceMs = 8_000
/** A shell's exit code when there is no such program. */
const notFound = 127

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
  // Nobody reads later what they print, which may be much.
  const options = {
    signal: context.signal,
    onLine: context.output,
    graceMs,
    endsGroup: true,
    isStream: true,
  }
  const command = { ...commandOf(run), cwd: scope.config.root, env: { ...variables, ...env } }
  await describing(scope.exec.run(command, options), (error) => failureOf(error, run))
  return { outcome: 'succeeded' }
}

function failureOf(error: DriverError, run: TestCommand['run']): WordedFailure {
  // What they printed stands above already.
  const detail = ''
  if (!(error instanceof CommandError)) return { code: 'E_TESTS_FAILED', message: error.message, detail }
  const message = endOf('the tests', error)
  const { reason, exitCode } = error
  if (reason === 'spawn') {
    const hint = 'the command is run in the directory of the configuration, without a shell'
    return { code: 'E_TESTS_NOT_STARTED', message, detail, hint }
  }
  return {
    code: 'E_TESTS_FAILED',
    message,
    detail,
    ...(exitCode === undefined ? {} : { exitCode }),
    ...(typeof run === 'string' && exitCode === notFound
      ? { hint: `${notFound} is what a shell ends with that does not find a program` }
      : {}),
  }
}
