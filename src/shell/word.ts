import { MappedText } from '../util/mapped-text.ts'
import { closingOf } from './substitution.ts'

/** A piece of a word of a shell script. */
export type WordPart = { readonly isQuoted: boolean } & (
  | { readonly kind: 'text'; readonly text: MappedText }
  | {
      readonly kind: 'variable'
      readonly name: string
      /** `-`, `+` or `=`, with or without a colon; `?` for all that is not followed here. */
      readonly operator: string
      readonly word: MappedText
      /** As it is written. */
      readonly text: MappedText
    }
  /** A script, in whose place its output is put. */
  | { readonly kind: 'command'; readonly script: MappedText; readonly text: MappedText }
)

export interface Word {
  readonly parts: readonly WordPart[]
  readonly text: MappedText
}

/** A word without its quotes, nothing filled in. */
export function unquoted({ parts, text }: Word): MappedText {
  return parts.length === 0 ? text.slice(0, 0) : MappedText.join(parts.map((part) => part.text))
}

/** Whether a character ends a word. */
export function endsWord(char: string | undefined): boolean {
  return char === undefined || ' \t\r\n;&|()<>'.includes(char)
}

/** Reads the word that begins at `from`, up to white space or an operator. */
export function readWord(script: MappedText, from: number): { readonly word: Word; readonly end: number } {
  const { text } = script
  const parts: WordPart[] = []
  let at = from
  const add = (start: number, end: number, isQuoted: boolean) => {
    if (end > start || isQuoted) parts.push({ kind: 'text', text: script.slice(start, end), isQuoted })
  }
  while (at < text.length) {
    const char = text[at]
    if (endsWord(char)) break
    if (char === '\\') {
      if (text[at + 1] !== '\n') add(at + 1, Math.min(at + 2, text.length), true)
      at += 2
    } else if (char === "'") {
      const end = endOr(text.indexOf("'", at + 1), text)
      add(at + 1, end, true)
      at = end + 1
    } else if (char === '"') {
      const end = closingOf(text, at + 1, '"')
      readQuoted(script, at + 1, end, parts)
      at = end + 1
    } else if (char === '$' && (text[at + 1] === "'" || text[at + 1] === '"')) {
      at++
    } else if (char === '$' || char === '`') {
      at = readExpansion(script, at, false, parts)
    } else {
      const start = at
      while (at < text.length && !endsWord(text[at]) && !'\\\'"$`'.includes(text[at] ?? '')) at++
      add(start, at, false)
    }
  }
  const end = Math.min(at, text.length)
  return { word: { parts, text: script.slice(from, end) }, end }
}

function endOr(index: number, text: string): number {
  return index < 0 ? text.length : index
}

/** What stands between double quotes. */
function readQuoted(script: MappedText, from: number, to: number, parts: WordPart[]): void {
  const { text } = script
  const first = parts.length
  let start = from
  let at = from
  const flush = (end: number) => {
    if (end > start) parts.push({ kind: 'text', text: script.slice(start, end), isQuoted: true })
  }
  while (at < to) {
    const char = text[at]
    if (char === '\\' && '$`"\\\n'.includes(text[at + 1] ?? ' ')) {
      flush(at)
      start = text[at + 1] === '\n' ? at + 2 : at + 1
      at += 2
    } else if (char === '$' || char === '`') {
      flush(at)
      at = readExpansion(script, at, true, parts)
      start = at
    } else at++
  }
  flush(to)
  if (parts.length === first) parts.push({ kind: 'text', text: script.slice(from, from), isQuoted: true })
}

/** Reads what begins with a `$` or a backtick, and answers where it ends. */
function readExpansion(script: MappedText, at: number, isQuoted: boolean, parts: WordPart[]): number {
  const { text } = script
  const next = text[at + 1]
  if (text[at] === '`') {
    const close = closingOf(text, at + 1, '`')
    const end = Math.min(close + 1, text.length)
    parts.push({
      kind: 'command',
      script: script.slice(at + 1, close),
      text: script.slice(at, end),
      isQuoted,
    })
    return end
  }
  if (next === '(') {
    const close = closingOf(text, at + 2, ')')
    const end = Math.min(close + 1, text.length)
    const whole = script.slice(at, end)
    // A calculation runs nothing.
    if (text[at + 2] === '(') parts.push(variable('', '?', script.slice(end, end), whole, isQuoted))
    else parts.push({ kind: 'command', script: script.slice(at + 2, close), text: whole, isQuoted })
    return end
  }
  if (next === '{') {
    const close = closingOf(text, at + 2, '}')
    const end = Math.min(close + 1, text.length)
    const inside = script.slice(at + 2, close)
    const [whole = '', name = '', operator = ''] = /^(\w+)(:?[-+=])?/.exec(inside.text) ?? []
    const isFollowed = name !== '' && (operator !== '' || whole.length === inside.text.length)
    const word = inside.slice(whole.length)
    parts.push(variable(name, isFollowed ? operator : '?', word, script.slice(at, end), isQuoted))
    return end
  }
  const name = /^(?:[A-Za-z_]\w*|[\d@*#?!$-])/.exec(text.slice(at + 1, at + 65))?.[0]
  if (name === undefined) {
    parts.push({ kind: 'text', text: script.slice(at, at + 1), isQuoted })
    return at + 1
  }
  const end = at + 1 + name.length
  parts.push(variable(name, '', script.slice(end, end), script.slice(at, end), isQuoted))
  return end
}

function variable(
  name: string,
  operator: string,
  word: MappedText,
  text: MappedText,
  isQuoted: boolean,
): WordPart {
  return { kind: 'variable', name, operator, word, text, isQuoted }
}
