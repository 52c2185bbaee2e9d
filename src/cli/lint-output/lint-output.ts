import type { LintResult } from '../../operations/lint/lint.ts'
import type { Terminal } from '../../reporters/terminal.ts'

/** How a linter's findings are written. */
export type LintFormat = (result: LintResult, surroundings: LintSurroundings) => string

export interface LintSurroundings {
  readonly cwd: string
  readonly stdout: Pick<Terminal, 'color'>
  /** Of Kindling. */
  readonly version: string
  /** How many findings have been fixed before. */
  readonly fixed: number
}

export const lintFormats = ['text', 'json', 'sarif', 'github'] as const

export type LintFormatName = (typeof lintFormats)[number]
