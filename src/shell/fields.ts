import { MappedText } from '../util/mapped-text.ts'
import type { Word, WordPart } from './word.ts'

/** A word as a program gets it: unquoted, filled in, split. */
export interface Field {
  readonly text: string
  readonly mapped: MappedText
  /** Whether all of it is known; what is not has no characters. */
  readonly isKnown: boolean
  /** The variable that it is, and of which nothing is known. */
  readonly unknown?: string
}

/** The values a variable may have, one after another in a loop; none of them is known if there are none. */
export type ShellVariables = ReadonlyMap<string, readonly string[]>

export interface FieldContext {
  readonly variables: ShellVariables
  /** What a script prints, as far as that can be told. */
  readonly outputOf: (script: MappedText) => string | undefined
  /** Which of the values of a variable it is about. */
  readonly turn: number
}

/** A word after expansion: nothing, one field, or several where an unquoted value has white space in it. */
export function fieldsOf(word: Word, context: FieldContext): readonly Field[] {
  const [only] = word.parts
  if (only?.kind === 'text' && word.parts.length === 1) return [field([only.text])]
  const fields: Field[] = []
  let pieces: MappedText[] = []
  let isKnown = true
  let unknown: string | undefined
  let isOpen = false
  const close = () => {
    if (isOpen) {
      const name = pieces.length === 0 && !isKnown ? unknown : undefined
      fields.push({
        ...field(pieces.length === 0 ? [word.text.slice(0, 0)] : pieces, isKnown),
        ...(name === undefined ? {} : { unknown: name }),
      })
    }
    pieces = []
    isKnown = true
    isOpen = false
  }
  for (const part of word.parts) {
    if (part.kind === 'text') {
      pieces.push(part.text)
      isOpen = true
      continue
    }
    const value = expansionOf(part, context)
    const { start, end } = part.text
    if (value === undefined) {
      isKnown = false
      isOpen = true
      unknown = part.kind === 'variable' ? part.name : ''
      continue
    }
    const values = part.isQuoted ? [value] : value.split(/\s+/)
    for (const [index, text] of values.entries()) {
      if (index > 0) close()
      if (text === '' && !part.isQuoted) continue
      isOpen = true
      pieces.push(MappedText.standingFor(text, start, end))
    }
  }
  close()
  return fields
}

function field(pieces: readonly MappedText[], isKnown = true): Field {
  const mapped = MappedText.join(pieces)
  return { text: mapped.text, mapped, isKnown }
}

function expansionOf(part: Exclude<WordPart, { kind: 'text' }>, context: FieldContext): string | undefined {
  if (part.kind === 'command') return context.outputOf(part.script)
  const values = context.variables.get(part.name)
  const value = values?.[context.turn] ?? values?.[0]
  if (part.operator === '?') return undefined
  if (part.operator === '') return value
  if (part.operator.endsWith('+')) return value === undefined || value === '' ? undefined : part.word.text
  return value === undefined || value === '' ? part.word.text.replaceAll(/["']/g, '') : value
}

/** In how many turns the fields of these words differ. */
export function turnsOf(words: readonly Word[], variables: ShellVariables): number {
  let turns = 1
  for (const { parts } of words) {
    for (const part of parts) {
      if (part.kind === 'variable') turns = Math.max(turns, variables.get(part.name)?.length ?? 1)
    }
  }
  return turns
}

/** Fields as one text, with spaces between them. */
export function joinFields(fields: readonly Field[]): MappedText {
  return MappedText.join(
    fields.flatMap(({ mapped }, index) =>
      index === 0 ? [mapped] : [MappedText.at(' ', mapped.start), mapped],
    ),
  )
}
