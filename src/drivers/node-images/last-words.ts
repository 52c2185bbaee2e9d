import { CommandError } from '../../exec/command-error.ts'

/** What an error says in one line: of a tool the last one that it printed, which says more than its exit code. */
export function lastWords(error: unknown): string {
  if (error instanceof CommandError) return error.stderr.trim().split('\n').at(-1) || error.message
  return error instanceof Error ? error.message : String(error)
}
