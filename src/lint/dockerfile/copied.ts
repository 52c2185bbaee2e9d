import type { MappedText } from '../../util/mapped-text.ts'
import type { Instruction } from './dockerfile.ts'
import { execForm } from './exec-form.ts'
import { expand } from './values.ts'

/** Something that a `COPY` or `ADD` takes from the build context, or from anywhere else. */
export interface Source {
  readonly written: MappedText
  /** With its variables filled in; none when one is not known. */
  readonly path: string | undefined
}

/** What a `COPY` or `ADD` copies; nothing for other instructions. Heredocs are none of it. */
export function sourcesOf({ keyword, argument, values }: Instruction): readonly Source[] {
  if (keyword !== 'COPY' && keyword !== 'ADD') return []
  const words = execForm(argument) ?? splitWords(argument)
  return words
    .slice(0, -1)
    .filter(({ text }) => !/^\d*<</.test(text))
    .map((written) => ({ written, path: expand(written.text.replaceAll(/^["']|["']$/g, ''), values) }))
}

/** Whether it copies from the build context. */
export function copiesContext({ keyword, flags }: Instruction): boolean {
  return (keyword === 'COPY' || keyword === 'ADD') && !flags.some(({ name }) => name === 'from')
}

function splitWords(text: MappedText): MappedText[] {
  return [...text.text.matchAll(/"[^"]*"|'[^']*'|\S+/g)].map((match) =>
    text.slice(match.index, match.index + match[0].length),
  )
}
