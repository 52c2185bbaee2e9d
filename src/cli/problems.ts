import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import type { TaskFailure } from '../engine/events.ts'
import { exitCodes, InvalidInput, OperationError } from '../operations/operation-error.ts'
import { workflowCommand } from '../reporters/workflow-commands.ts'
import { repositoryPath } from './ci-system.ts'
import type { Session } from './session.ts'

/** Something that ended a command before or outside its run, for programs. */
export interface Problem {
  readonly code: string
  readonly severity: Diagnostic['severity']
  readonly message: string
  /** Where; absolute. */
  readonly place?: { readonly file: string; readonly line: number; readonly column: number }
  /** The words of the tool that has failed. */
  readonly detail?: string
  readonly hint?: string
}

/** What is to be said of an error, as data; nothing of an interrupt, which is no problem. */
export function problemsOf(error: unknown, { abort, loadedHost }: Session): Problem[] {
  if (error instanceof InvalidInput) return error.diagnostics.map(problemOf)
  const redact = (text: string) => loadedHost?.generatedRedactor.redact(text) ?? text
  if (error instanceof OperationError) {
    const { code, message, hint, detail } = error
    const words = detail === undefined ? {} : { detail: redact(detail) }
    return [{ code, severity: 'error', message: redact(message), ...words, hint }]
  }
  if (abort.signal.aborted) return []
  const message = redact(error instanceof Error ? error.message : String(error))
  return [{ code: 'E_INTERNAL', severity: 'error', message }]
}

function problemOf({ code, severity, message, location, hint }: Diagnostic): Problem {
  return {
    code,
    severity,
    message,
    ...(location === undefined ? {} : { place: { file: location.file, ...location.start } }),
    ...(hint === undefined ? {} : { hint }),
  }
}

/** The result object of a command that has had no run, in one line for those who read line by line. */
export function refusal(problems: readonly Problem[], exitCode: number, isOneLine: boolean): string {
  const outcome = exitCode === exitCodes.interrupted ? 'interrupted' : 'refused'
  return `${JSON.stringify({ outcome, exitCode, problems }, null, isOneLine ? 0 : 2)}\n`
}

/** Problems as GitHub Actions shows them in a pull request. */
export function annotations(problems: readonly Problem[], { env, cwd }: Session): string {
  const pathOf = repositoryPath(env, cwd)
  return problems
    .map(({ code, severity, message, place, hint }) => {
      const at = place === undefined ? {} : { file: pathOf(place.file), line: place.line, col: place.column }
      const text = hint === undefined ? message : `${message}\nhint: ${hint}`
      return workflowCommand(severity, text, { ...at, title: code })
    })
    .join('')
}

/** Problems as a report of a run has failures. */
export function failuresOf(problems: readonly Problem[]): TaskFailure[] {
  return problems.map(({ severity: _, place, ...failure }) => ({
    ...failure,
    ...(place === undefined ? {} : { where: `${place.file}:${place.line}:${place.column}` }),
  }))
}
