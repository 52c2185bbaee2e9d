/** One command of a script, with the line it begins in, from 1. */
export interface ShellLine {
  readonly line: number
  readonly text: string
}

/** The lines of a script, those that a backslash continues joined; without comments, empty ones, and the prefixes of make. */
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
 * The words of the first command in a text, quotes taken off; it ends where another begins or output is redirected. As
 * much of the shell as people use to call a program: variables stay as they are.
 */
export function shellWords(text: string): readonly string[] {
  const words: string[] = []
  let word: string | undefined
  let quote: string | undefined
  for (let index = 0; index < text.length; index++) {
    const character = text[index] ?? ''
    if (quote !== undefined) {
      if (character === quote) quote = undefined
      else word = (word ?? '') + character
    } else if (character === '"' || character === "'") {
      quote = character
      word ??= ''
    } else if (character === '$' && /[({]/.test(text[index + 1] ?? '')) {
      const end = closing(text, index + 1)
      word = (word ?? '') + text.slice(index, end + 1)
      index = end
    } else if (character === '`' && text.includes('`', index + 1)) {
      const end = text.indexOf('`', index + 1)
      word = (word ?? '') + text.slice(index, end + 1)
      index = end
    } else if (/\s/.test(character)) {
      if (word !== undefined) words.push(word)
      word = undefined
    } else if (/[;&|<>)`]/.test(character)) {
      break
    } else {
      word = (word ?? '') + character
    }
  }
  return word === undefined ? words : [...words, word]
}

/** Where the bracket at an index is closed again; the end of the text when it never is. */
function closing(text: string, open: number): number {
  let depth = 0
  for (let index = open; index < text.length; index++) {
    if (/[({]/.test(text[index] ?? '')) depth++
    if (/[)}]/.test(text[index] ?? '')) depth--
    if (depth === 0) return index
  }
  return text.length - 1
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
