import { installInterrupts } from './interrupts.ts'
import { printError } from './print-error.ts'
import { createProgram } from './program.ts'
import { createSession } from './session.ts'

/** Runs the command line and ends the process: the only place that does. */
export async function main(argv: readonly string[] = process.argv): Promise<void> {
  const session = createSession(process)
  const interrupts = installInterrupts(session, process.exit)
  try {
    await createProgram(session).parseAsync(argv)
  } catch (error) {
    session.exitCode = printError(error, session)
  }
  // Not `process.exit` straight away: output that a pipe has not taken yet would be lost.
  process.exitCode = interrupts.exitCode() ?? session.exitCode
  interrupts.dispose()
}
