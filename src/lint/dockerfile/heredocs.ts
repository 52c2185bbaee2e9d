import type { MappedText } from '../../util/mapped-text.ts'

/** Lines that follow an instruction and belong to it, up to one that is their name. */
export interface Heredoc extends HeredocStart {
  /** Its lines, each with its newline. */
  readonly body: MappedText
  readonly closing: MappedText
  readonly end: number
}

export interface HeredocStart {
  readonly name: string
  /** Tabs at the beginning of lines do not count. */
  readonly isTabbed: boolean
}

const keywords: readonly string[] = ['RUN', 'COPY', 'ADD']

/** The heredocs that an instruction opens: by words of their own, as BuildKit has it, and in no quotes. */
export function heredocsOf(keyword: string, argument: string): readonly HeredocStart[] {
  if (!keywords.includes(keyword) || !argument.includes('<<') || argument.startsWith('[')) return []
  return wordsOf(argument).flatMap((word) => {
    const [, dash, rest = ''] = /^\d*<<(-?)([^<]+)$/s.exec(word) ?? []
    const name = rest.replaceAll(/["'\\]/g, '')
    return dash === undefined || name === '' ? [] : [{ name, isTabbed: dash === '-' }]
  })
}

/** Split at white space outside of quotes, quotes kept. */
function wordsOf(text: string): string[] {
  return text.match(/(?:\\.|'[^']*'|"(?:\\.|[^"\\])*"|[^\s\\'"]|['"\\])+/gs) ?? []
}
