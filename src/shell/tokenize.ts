import type { MappedText } from '../util/mapped-text.ts'
import { closingOf } from './substitution.ts'
import { endsWord, readWord, unquoted, type Word } from './word.ts'

/** A piece of a shell script between white space. */
export type Token =
  | { readonly kind: 'word'; readonly word: Word }
  | { readonly kind: 'operator'; readonly operator: string }
  /** What a command reads from a heredoc or a `<<<`. */
  | { readonly kind: 'input'; readonly text: MappedText }

const operators = /&&|\|\||;;&|;;|;&|\|&|[;&|()\n]/y
const redirections = /\d*(?:<<<|<<-?|<>|>>|>&|<&|&>>|&>|>\||<|>)/y

interface PendingHeredoc {
  readonly name: string
  readonly isTabbed: boolean
  /** Where its token will be. */
  readonly index: number
}

/** Splits a script into words and operators. Whatever it is given it reads to the end. */
export function tokenize(script: MappedText): readonly Token[] {
  const { text } = script
  const tokens: Token[] = []
  const pending: PendingHeredoc[] = []
  let at = 0
  const match = (pattern: RegExp) => {
    pattern.lastIndex = at
    return pattern.exec(text)?.[0]
  }
  while (at < text.length) {
    const char = text[at]
    if (char === ' ' || char === '\t' || char === '\r') {
      at++
      continue
    }
    if (char === '\\' && text[at + 1] === '\n') {
      at += 2
      continue
    }
    if (char === '#') {
      const end = text.indexOf('\n', at)
      at = end < 0 ? text.length : end
      continue
    }
    if ((char === '<' || char === '>') && text[at + 1] === '(') {
      const close = closingOf(text, at + 2, ')')
      const end = Math.min(close + 1, text.length)
      const [whole, inside] = [script.slice(at, end), script.slice(at + 2, close)]
      const part = { kind: 'command', script: inside, text: whole, isQuoted: true } as const
      tokens.push({ kind: 'word', word: { parts: [part], text: whole } })
      at = end
      continue
    }
    const redirection = match(redirections)
    if (redirection !== undefined) {
      at += redirection.length
      while (text[at] === ' ' || text[at] === '\t') at++
      if (endsWord(text[at])) continue
      const { word, end } = readWord(script, at)
      at = end
      const operator = redirection.replace(/^\d+/, '')
      if (operator === '<<<') tokens.push({ kind: 'input', text: unquoted(word) })
      else if (operator.startsWith('<<')) {
        pending.push({ name: unquoted(word).text, isTabbed: operator === '<<-', index: tokens.length })
        tokens.push({ kind: 'input', text: script.slice(at, at) })
      }
      continue
    }
    const operator = match(operators)
    if (operator !== undefined) {
      tokens.push({ kind: 'operator', operator })
      at += operator.length
      if (operator === '\n') {
        for (const heredoc of pending.splice(0)) {
          const { body, next } = heredocAt(script, at, heredoc)
          tokens[heredoc.index] = { kind: 'input', text: body }
          at = next
        }
      }
      continue
    }
    const { word, end } = readWord(script, at)
    tokens.push({ kind: 'word', word })
    at = Math.max(end, at + 1)
  }
  return tokens
}

function heredocAt(
  script: MappedText,
  from: number,
  { name, isTabbed }: PendingHeredoc,
): { readonly body: MappedText; readonly next: number } {
  const { text } = script
  let at = from
  while (at < text.length) {
    const newline = text.indexOf('\n', at)
    const end = newline < 0 ? text.length : newline
    const line = text.slice(at, end)
    if ((isTabbed ? line.replace(/^\t+/, '') : line) === name)
      return { body: script.slice(from, at), next: end }
    at = end + 1
  }
  return { body: script.slice(from), next: text.length }
}
