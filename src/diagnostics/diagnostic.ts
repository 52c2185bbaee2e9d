import type { DiagnosticCode } from './codes.ts'

/** A place in a text file. Lines and columns count from 1, as editors show them; `end` is exclusive. */
export interface SourceLocation {
  /** Absolute path of the file. */
  readonly file: string
  readonly start: SourcePosition
  readonly end: SourcePosition
}

export interface SourcePosition {
  readonly line: number
  readonly column: number
}

/** One problem in what the user wrote: many are reported at once, none is thrown. */
export interface Diagnostic<Code extends string = DiagnosticCode> {
  /** Stable. What is no finding of the linter has its paragraph in docs/errors.md. */
  readonly code: Code
  readonly severity: 'error' | 'warning'
  /** What is wrong, with the value in question, as one sentence without a final full stop. */
  readonly message: string
  /** Where; absent only if there is no file to point at. */
  readonly location?: SourceLocation
  /** What to do about it. */
  readonly hint?: string
  /** Other places that belong to the problem, for example each edge of a cycle. */
  readonly related?: readonly { readonly message: string; readonly location: SourceLocation }[]
}
