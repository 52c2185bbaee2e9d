import { isDiskFull } from '../util/disk-full.ts'
import { installInterrupts } from './interrupts.ts'
import { mentionExpired } from './mention-expired.ts'
import { printError } from './print-error.ts'
import { createProgram } from './program.ts'
import { createSession, type Session } from './session.ts'

/** Runs the command line and ends the process: the only place that does. */
export async function main(argv: readonly string[] = process.argv): Promise<void> {
  dropEmptyVariables(process.env)
  const session = createSession(process)
  const interrupts = installInterrupts(session, process.exit)
  try {
    const { own, tests } = splitAtDashes(argv)
    await createProgram(session, tests).parseAsync(own)
    mentionExpired(session)
  } catch (error) {
    session.exitCode = await printError(error, session)
  }
  const unwritten = await unwrittenOutput(session)
  if (unwritten !== undefined) session.exitCode = await printError(unwritten, session)
  // Not `process.exit` straight away: output that a pipe has not taken yet would be lost.
  process.exitCode = interrupts.exitCode() ?? session.exitCode
  interrupts.dispose()
}

/** Why standard output could not take what was written to it, unless nobody wanted it; a file tells of that a moment later. */
async function unwrittenOutput({ unread }: Session): Promise<unknown> {
  await new Promise(setImmediate)
  const reason: unknown = unread.reason
  return isDiskFull(reason) ? reason : undefined
}

/** CI systems set variables that have no value to an empty one; to us it is as if they were not set. */
function dropEmptyVariables(env: NodeJS.ProcessEnv): void {
  for (const [name, value] of Object.entries(env)) {
    if (value === '' && name.startsWith('KINDLING_')) delete env[name]
  }
}

/** What follows `--` is the tests' own, whatever it looks like; commander would take its first word for an operand. */
function splitAtDashes(argv: readonly string[]): { readonly own: string[]; readonly tests: string[] } {
  const dashes = argv.indexOf('--')
  if (dashes < 0) return { own: [...argv], tests: [] }
  return { own: argv.slice(0, dashes), tests: argv.slice(dashes + 1) }
}
