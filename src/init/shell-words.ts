import { tokenize } from '../shell/tokenize.ts'
import { unquoted } from '../shell/word.ts'
import { MappedText } from '../util/mapped-text.ts'

/** One command of a script, with the line it begins in, from 1. */
export interface ShellLine {
  readonly line: number
  readonly text: string
}

/** The lines of a script, those that a backslash continues joined; without comments and empty ones. */
export function shellLines(text: string): readonly ShellLine[] {
  const lines: ShellLine[] = []
  let pending: ShellLine | undefined
  text.split(/\r?\n/).forEach((raw, index) => {
    const isContinued = raw.endsWith('\\')
    const part = isContinued ? raw.slice(0, -1) : raw
    pending =
      pending === undefined
        ? { line: index + 1, text: part }
        : { ...pending, text: `${pending.text.trimEnd()} ${part.trim()}` }
    if (isContinued) return
    if (!/^\s*(?:#|$)/.test(pending.text)) lines.push(pending)
    pending = undefined
  })
  return lines
}

/**
 * The words of the first command in a text, quotes taken off; it ends where another begins. Variables stay as they are
 * written, those of make and of Compose as well.
 */
export function shellWords(text: string): readonly string[] {
  const tokens = tokenize(MappedText.at(text, 0))
  const end = tokens.findIndex((token) => token.kind === 'operator' && token.operator !== '\n')
  return tokens
    .slice(0, end < 0 ? tokens.length : end)
    .flatMap((token) => (token.kind === 'word' ? [unquoted(token.word).text] : []))
}

const assignment =
  /^\s*(?:(?:export|readonly|local|override|declare(?:\s+-\w+)*)\s+)*([A-Za-z_]\w*)\s*(?:::?=|\?=|=)\s*(.*)$/

/** Variables that a script or a Makefile gives a plain text; the first assignment counts, as a default does. */
export function variablesIn(lines: readonly ShellLine[]): ReadonlyMap<string, string> {
  const variables = new Map<string, string>()
  for (const { text } of lines) {
    const [, name, value] = assignment.exec(text) ?? []
    if (name === undefined || value === undefined || variables.has(name)) continue
    const plain = value.replace(/\s+#.*$/, '').trim()
    const unquoted = /^(["'])(.*)\1$/.exec(plain)?.[2] ?? plain
    // What a command would print.
    if (/\$\((?:shell|\w+\s)|`/.test(unquoted)) continue
    variables.set(name, unquoted)
  }
  return variables
}

const reference = /\$(?:\{(\w+)(?::?[-=]([^}]*))?\}|\((\w+)\)|(\w+|\*|@))/g
const deepest = 5

/** The text with variables filled in; those nobody knows stay as `$NAME`, however they were written. */
export function withVariables(text: string, variables: ReadonlyMap<string, string>, depth = 0): string {
  return text.replaceAll(
    reference,
    (_, braced?: string, fallback?: string, round?: string, plain?: string) => {
      const name = braced ?? round ?? plain ?? ''
      const value = variables.get(name) ?? fallback
      if (value === undefined || depth === deepest) return `$${name}`
      return withVariables(value, new Map([...variables].filter(([key]) => key !== name)), depth + 1)
    },
  )
}
