import type { Command } from '../exec/command.ts'
import type { CommandError } from '../exec/command-error.ts'

/** A line is for the shell, as in the scripts of package.json; a list is a program and its arguments. */
export function commandOf(run: string | readonly string[]): Command {
  if (typeof run === 'string') return { program: 'sh', args: ['-c', run] }
  const [program = '', ...args] = run
  return { program, args }
}

/** How a command of the configuration ended: `the tests failed: exit code 1`. */
export function endOf(what: string, error: CommandError): string {
  const { reason, exitCode, signal } = error
  if (reason === 'spawn') return `${what} could not be started: ${whyNot(error)}`
  return `${what} failed: ${signal === undefined ? `exit code ${exitCode}` : `ended by ${signal}`}`
}

function whyNot({ command: { program }, cause, message }: CommandError): string {
  switch ((cause as NodeJS.ErrnoException | undefined)?.code) {
    case 'ENOENT':
      return `there is no program \`${program}\``
    case 'EACCES':
      return `\`${program}\` is not executable`
    default:
      return message
  }
}
