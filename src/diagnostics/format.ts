import { isAbsolute, relative } from 'node:path'
import pc from 'picocolors'
import type { Diagnostic, SourceLocation } from './diagnostic.ts'

/** How a diagnostic is written. */
export interface FormatOptions {
  readonly color: boolean
  /** Paths below this directory are shown relative to it. */
  readonly cwd: string
}

type Paint = ReturnType<typeof pc.createColors>

const EXCERPT_COLUMNS = 100
const COLUMNS_BEFORE = 40

/**
 * A diagnostic as people read it: place, severity and code; the message; the excerpt with what is meant
 * underlined; related places; the hint. `source` is the text of the file in `diagnostic.location`, without it
 * there are no excerpts. Control characters of the file never reach the terminal. No newline at the end.
 */
export function formatDiagnostic(
  diagnostic: Diagnostic<string>,
  source: string | undefined,
  options: FormatOptions,
): string {
  const paint = pc.createColors(options.color)
  const { location, severity } = diagnostic
  const emphasis = severity === 'error' ? paint.red : paint.yellow
  const place = location === undefined ? [] : [paint.cyan(formatPlace(location, options.cwd))]
  const lines = [
    [...place, emphasis(paint.bold(severity)), paint.dim(diagnostic.code)].join('  '),
    `  ${visible(diagnostic.message)}`,
  ]
  const sourceOf = (at: SourceLocation) => (at.file === location?.file ? source : undefined)
  if (location !== undefined) lines.push(...excerpt(location, sourceOf(location), paint, emphasis))
  for (const related of diagnostic.related ?? []) {
    lines.push(`  ${paint.cyan(formatPlace(related.location, options.cwd))}  ${visible(related.message)}`)
    if (isSamePlace(related.location, location)) continue
    lines.push(...excerpt(related.location, sourceOf(related.location), paint, paint.cyan))
  }
  if (diagnostic.hint !== undefined) lines.push(`  ${paint.bold('hint:')} ${visible(diagnostic.hint)}`)
  return lines.join('\n')
}

/** `file:line:column`, the file relative to `cwd` when it lies below it. */
export function formatPlace(location: SourceLocation, cwd: string): string {
  const { line, column } = location.start
  return `${displayPath(location.file, cwd)}:${line}:${column}`
}

/** A path as people want to read it: relative to `cwd` when it lies below it, absolute otherwise. */
export function displayPath(path: string, cwd: string): string {
  const below = relative(cwd, path)
  return below === '' || below.startsWith('..') || isAbsolute(below) ? path : below
}

function isSamePlace(a: SourceLocation, b: SourceLocation | undefined): boolean {
  return a.file === b?.file && a.start.line === b.start.line && a.start.column === b.start.column
}

function excerpt(
  location: SourceLocation,
  source: string | undefined,
  paint: Paint,
  emphasis: Paint['red'],
): string[] {
  const { start, end } = location
  const text = source?.split(/\r?\n/)[start.line - 1]
  if (text === undefined || text.trim() === '') return []
  const endColumn = end.line > start.line ? text.trimEnd().length + 1 : end.column
  const window = clip(text, start.column - 1)
  const indent = ' '.repeat(start.column - 1 - window.skipped)
  const length = Math.max(1, Math.min(endColumn - start.column, window.text.length - indent.length))
  const number = String(start.line)
  const gutter = ' '.repeat(number.length)
  return [
    `    ${paint.dim(`${number} |`)} ${window.text}`,
    `    ${paint.dim(`${gutter} |`)} ${indent}${emphasis('~'.repeat(length))}`,
  ]
}

/** A long line is cut to what surrounds `offset`, one character staying one column. */
function clip(line: string, offset: number): { text: string; skipped: number } {
  const text = line.trimEnd().replace(/\p{Cc}/gu, (char) => (char === '\t' ? ' ' : '\u{fffd}'))
  if (text.length <= EXCERPT_COLUMNS) return { text, skipped: 0 }
  const skipped = offset < EXCERPT_COLUMNS - COLUMNS_BEFORE ? 0 : offset - COLUMNS_BEFORE
  const cut = text.slice(skipped, skipped + EXCERPT_COLUMNS)
  const head = skipped > 0 ? `…${cut.slice(1)}` : cut
  return { text: skipped + EXCERPT_COLUMNS < text.length ? `${head.slice(0, -1)}…` : head, skipped }
}

function visible(text: string): string {
  return text.replace(/(?!\n)\p{Cc}/gu, (char) => `\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}`)
}
