import { MappedText } from '../../util/mapped-text.ts'
import { type Heredoc, type HeredocStart, heredocsOf } from './heredocs.ts'

/** An instruction as it stands in the file, before anything is made of it. Offsets are those of the file. */
export interface RawInstruction {
  /** In capitals. For `ONBUILD RUN` it is `RUN`. */
  readonly keyword: string
  readonly isOnBuild: boolean
  readonly start: number
  /** With its heredocs; exclusive. */
  readonly end: number
  /** `--name=value` before everything else. */
  readonly flags: readonly Flag[]
  /** The rest on one line: without continuations, and without comments between them. */
  readonly argument: MappedText
  readonly heredocs: readonly Heredoc[]
}

export interface Flag {
  readonly name: string
  readonly value: MappedText
  readonly start: number
}

export interface Comment {
  readonly start: number
  readonly end: number
  /** With its `#`. */
  readonly text: string
  /** Whether it stands between the lines of an instruction. */
  readonly isInside: boolean
}

export interface ReadDockerfile {
  readonly instructions: readonly RawInstruction[]
  readonly comments: readonly Comment[]
}

interface Line {
  readonly text: string
  readonly start: number
  /** Start of the next line. */
  readonly next: number
}

/**
 * Takes a Dockerfile apart as BuildKit does: directives, comments, continuations, heredocs. Whatever it is given it
 * reads to the end: what nobody could build is for the engine to refuse.
 */
export function readInstructions(text: string): ReadDockerfile {
  const instructions: RawInstruction[] = []
  const comments: Comment[] = []
  const lines = linesOf(text)
  const escapeChar = escapeCharacter(lines)
  let at = 0
  while (at < lines.length) {
    const line = lines[at]
    at++
    if (line === undefined || line.text.trim() === '') continue
    if (isComment(line)) {
      comments.push(commentOf(line, false))
      continue
    }
    const pieces: MappedText[] = []
    let current: Line | undefined = line
    while (current !== undefined) {
      const continued = continuationOf(current.text, escapeChar)
      pieces.push(MappedText.at(current.text.slice(0, continued), current.start))
      if (continued === undefined) break
      current = lines[at]
      while (current !== undefined && (isComment(current) || current.text.trim() === '')) {
        if (isComment(current)) comments.push(commentOf(current, true))
        at++
        current = lines[at]
      }
      if (current !== undefined) at++
    }
    const read = instructionOf(MappedText.join(pieces).trimmed())
    const heredocs: Heredoc[] = []
    for (const opened of heredocsOf(read.keyword, read.argument.text)) {
      const body = bodyOf(lines, at, opened)
      // Not closed, it is none: what follows is read as what it looks like.
      if (body === undefined) break
      heredocs.push({ ...opened, ...body.heredoc })
      at = body.next
    }
    const { keyword, isOnBuild, start, flags, argument } = read
    const end = Math.max(heredocs.at(-1)?.end ?? 0, read.end)
    // Field by field: this is done for every instruction, and spreading takes ten times as long.
    instructions.push({ keyword, isOnBuild, start, end, flags, argument, heredocs })
  }
  return { instructions, comments }
}

function linesOf(text: string): Line[] {
  const lines: Line[] = []
  let start = text.startsWith('\u{feff}') ? 1 : 0
  while (start < text.length) {
    const newline = text.indexOf('\n', start)
    const next = newline < 0 ? text.length : newline + 1
    const end = newline < 0 ? text.length : newline
    const content = text.slice(start, end)
    lines.push({ text: content.endsWith('\r') ? content.slice(0, -1) : content, start, next })
    start = next
  }
  return lines
}

/** The directive counts only among those at the very top. */
function escapeCharacter(lines: readonly Line[]): string {
  for (const { text } of lines) {
    const [, name, value] = /^\s*#\s*([A-Za-z]\w*)\s*=\s*(.+?)\s*$/.exec(text) ?? []
    if (name === undefined) break
    if (name.toLowerCase() === 'escape') return value === '`' ? '`' : '\\'
  }
  return '\\'
}

/** Where a line ends that the next one continues: two escape characters are one that escapes the other. */
function continuationOf(text: string, escapeChar: string): number | undefined {
  let last = text.length - 1
  while (text[last] === ' ' || text[last] === '\t') last--
  return text[last] === escapeChar && text[last - 1] !== escapeChar ? last : undefined
}

function isComment({ text }: Line): boolean {
  return /^\s*#/.test(text)
}

function commentOf({ text, start }: Line, isInside: boolean): Comment {
  const indent = text.length - text.trimStart().length
  return { start: start + indent, end: start + text.length, text: text.trim(), isInside }
}

type Read = Omit<RawInstruction, 'heredocs'>

function instructionOf(whole: MappedText): Read {
  const keyword = /^\S*/.exec(whole.text)?.[0] ?? ''
  const rest = whole.slice(keyword.length).trimmed()
  const name = keyword.toUpperCase()
  if (name === 'ONBUILD' && rest.text !== '' && !/^onbuild\b/i.test(rest.text)) {
    return { ...instructionOf(rest), isOnBuild: true, start: whole.start, end: whole.end }
  }
  const { flags, argument } = flagsOf(rest)
  return { keyword: name, isOnBuild: false, start: whole.start, end: whole.end, flags, argument }
}

function flagsOf(text: MappedText): { readonly flags: readonly Flag[]; readonly argument: MappedText } {
  const flags: Flag[] = []
  let argument = text
  for (;;) {
    const [whole, name, value] = /^--([a-z][\w-]*)(?:=(\S*))?(?:\s+|$)/.exec(argument.text) ?? []
    if (whole === undefined || name === undefined) return { flags, argument }
    const from = name.length + 3
    flags.push({ name, value: argument.slice(from, from + (value?.length ?? 0)), start: argument.start })
    argument = argument.slice(whole.length)
  }
}

function bodyOf(
  lines: readonly Line[],
  from: number,
  { name, isTabbed }: HeredocStart,
): { readonly heredoc: Pick<Heredoc, 'body' | 'closing' | 'end'>; readonly next: number } | undefined {
  const tabsOf = ({ text }: Line) => (isTabbed ? (/^\t*/.exec(text)?.[0].length ?? 0) : 0)
  const at = lines.findIndex((line, i) => i >= from && line.text.slice(tabsOf(line)) === name)
  const last = lines[at]
  if (last === undefined) return undefined
  const pieces = lines
    .slice(from, at)
    .map((line) => MappedText.at(`${line.text.slice(tabsOf(line))}\n`, line.start + tabsOf(line)))
  const closing = MappedText.at(name, last.start + tabsOf(last))
  const body = pieces.length === 0 ? MappedText.at('', last.start) : MappedText.join(pieces)
  return { heredoc: { body, closing, end: closing.end }, next: at + 1 }
}
