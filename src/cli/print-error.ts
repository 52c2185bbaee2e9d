import { readFileSync } from 'node:fs'
import { CommanderError } from 'commander'
import pc from 'picocolors'
import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import { formatDiagnostic } from '../diagnostics/format.ts'
import { CommandError } from '../exec/command-error.ts'
import { exitCodes, InvalidInput, OperationError } from '../operations/operation-error.ts'
import { LockKept } from '../state/lock.ts'
import { isAccessRefused } from '../util/access-refused.ts'
import { diskFullHint, isDiskFull } from '../util/disk-full.ts'
import { ciSystem } from './ci-system.ts'
import { annotations, failuresOf, problemsOf, refusal } from './problems.ts'
import type { Session } from './session.ts'
import { writeJunit } from './write-junit.ts'

/** Tells people, and programs that have asked for it, what ended a command, and answers with its exit code. */
export async function printError(thrown: unknown, session: Session): Promise<number> {
  // What was interrupted fails in many ways, of which none is news.
  const error = session.abort.signal.aborted ? thrown : ofTheMachine(thrown, session)
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage
  const exitCode = tellPeople(error, session)
  const { wanted, hasRun, env, stdout, stderr } = session
  const problems = problemsOf(error, session)
  if (ciSystem(env) === 'github') stderr.write(annotations(problems, session))
  if (wanted.isJson) stdout.write(refusal(problems, exitCode, wanted.isOneLine === true))
  if (wanted.junitFile !== undefined && !hasRun) {
    try {
      const { junitOfProblems } = await import('../reporters/junit.ts')
      writeJunit(wanted.junitFile, junitOfProblems(failuresOf(problems)))
    } catch (reason) {
      stderr.write(`warning: the JUnit report could not be written: ${reason}\n`)
    }
  }
  return exitCode
}

function tellPeople(error: unknown, session: Session): number {
  const { stderr } = session
  if (error instanceof InvalidInput) {
    printDiagnostics(error.diagnostics, session)
    return exitCodes.usage
  }
  const paint = pc.createColors(stderr.color)
  // Whatever an error quotes, of what was generated nothing is shown.
  const redact = (text: string) => session.loadedHost?.generatedRedactor.redact(text) ?? text
  if (error instanceof OperationError) {
    const detail = error.detail === undefined ? '' : `${indent(redact(error.detail))}\n`
    stderr.write(`${paint.red(paint.bold('error'))}  ${paint.dim(error.code)}\n  ${error.message}\n${detail}`)
    stderr.write(`  ${paint.bold('hint:')} ${error.hint}\n`)
    return error.exitCode
  }
  if (session.abort.signal.aborted) return exitCodes.interrupted
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error)
  stderr.write(`${paint.red('Internal error:')} ${redact(stack)}\n`)
  stderr.write('  This is a bug in kindling. Please report it with the lines above.\n')
  return exitCodes.internal
}

/** What files of Kindling's own and the programs it calls met, which is no bug of it. */
function ofTheMachine(error: unknown, { loadedHost }: Session): unknown {
  if (isDiskFull(error)) return new OperationError('E_DISK_FULL', error.message, diskFullHint)
  if (isAccessRefused(error)) {
    return new OperationError('E_ACCESS_REFUSED', error.message, accessHint(error.path, loadedHost))
  }
  if (error instanceof CommandError) {
    return new OperationError(
      'E_TOOL_FAILED',
      error.message,
      'run the command again; `kindling gc` removes what this one may have left',
      { detail: [`at ${error.where}`, error.tail].filter(Boolean).join('\n') },
    )
  }
  if (!(error instanceof LockKept)) return error
  return new OperationError(
    'E_STATE_LOCKED',
    error.message,
    'continue the `kindling` process that is stopped, or end it: a lock whose holder is dead is ignored after a few seconds',
  )
}

/** The directory that could not be made may be one above that of the state. */
function accessHint(path: string, host: Session['loadedHost']): string {
  const state = host?.stateDirectory
  const isState = state !== undefined && (`${state}/`.startsWith(`${path}/`) || path.startsWith(`${state}/`))
  return isState
    ? `name a directory that you can write to by KINDLING_STATE_DIR, instead of ${state}`
    : 'see to it that you may: `.kindling` beside the configuration and `TMPDIR` are written to'
}

/** Prints problems with their excerpts, an empty line between them. */
export function printDiagnostics(diagnostics: readonly Diagnostic[], { cwd, stderr }: Session): void {
  const sources = new Map<string, string | undefined>()
  const sourceOf = (file: string) => {
    if (!sources.has(file)) sources.set(file, readIfThere(file))
    return sources.get(file)
  }
  for (const diagnostic of diagnostics) {
    const source = diagnostic.location === undefined ? undefined : sourceOf(diagnostic.location.file)
    stderr.write(`${formatDiagnostic(diagnostic, source, { color: stderr.color, cwd })}\n\n`)
  }
  const errors = diagnostics.filter(({ severity }) => severity === 'error').length
  if (errors > 1) stderr.write(`${errors} problems; nothing was done\n`)
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
}

function indent(text: string): string {
  return text.replaceAll(/^/gm, '    ')
}
