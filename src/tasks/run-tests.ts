import type { TaskContext, TaskResult } from '../engine/task-context.ts'
import type { Command } from '../exec/command.ts'
import { CommandError } from '../exec/command-error.ts'
import { describing } from './failure.ts'
import type { RunScope } from './run-scope.ts'

/** How long tests that are stopped have for what they must clear away themselves. */
const graceMs = 8_000

/** Runs the tests of the environment in a process group of their own; what they print is shown as it comes. */
export async function runTests(scope: RunScope, context: TaskContext): Promise<TaskResult> {
  if (scope.tests === undefined) throw new Error('Internal error: there are no tests to run')
  const { run, env } = scope.tests()
  const options = { signal: context.signal, onLine: context.output, graceMs }
  const command = { ...commandOf(run), cwd: scope.config.root, env }
  await describing(scope.exec.run(command, options), (error) => ({
    code: 'E_TESTS_FAILED',
    message: error instanceof CommandError ? endOf(error) : error.message,
    // What they printed stands above already.
    detail: '',
  }))
  return { outcome: 'succeeded' }
}

function endOf({ reason, exitCode, signal, message }: CommandError): string {
  if (reason === 'spawn') return `the tests could not be started: ${message}`
  return `the tests failed: ${signal === undefined ? `exit code ${exitCode}` : `ended by ${signal}`}`
}

/** A line is for the shell, as in the scripts of package.json; a list is a program and its arguments. */
function commandOf(run: string | readonly string[]): Command {
  if (typeof run === 'string') return { program: 'sh', args: ['-c', run] }
  const [program = '', ...args] = run
  return { program, args }
}
