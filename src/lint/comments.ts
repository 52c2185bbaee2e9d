import type { Comment, RawInstruction } from './dockerfile/read-instructions.ts'
import type { Edit } from './finding.ts'
import type { Positions } from './positions.ts'
import type { WaiverComment } from './waivers.ts'

/**
 * The comments of a Dockerfile, and what each would waive: before the first instruction, the whole file; between the
 * lines of an instruction, the next of them; elsewhere, the instruction that follows.
 */
export function dockerfileComments(
  {
    comments,
    instructions,
  }: { readonly comments: readonly Comment[]; readonly instructions: readonly RawInstruction[] },
  text: string,
  positions: Positions,
): readonly WaiverComment[] {
  const first = instructions[0]?.start ?? 0
  const commentLines = new Set(comments.map(({ start }) => positions.line(start)))
  return comments.map(({ start, end, text: comment, isInside }) => {
    const line = positions.line(start)
    const next = instructions.find((instruction) => instruction.start > start)
    const lines = (): [number, number] => {
      if (start < first) return [1, Number.POSITIVE_INFINITY]
      if (isInside) {
        let following = line + 1
        while (commentLines.has(following)) following++
        return [following, following]
      }
      return next === undefined ? [0, 0] : [positions.line(next.start), positions.line(next.end)]
    }
    return {
      text: comment,
      location: positions.location(start, end),
      lines: lines(),
      removal: lineAt(text, start, end),
    }
  })
}

/**
 * The comments of any file in which `#` begins one, with what each would waive: at its top the whole file; at the end of a
 * line, that; elsewhere the next line that is no comment.
 */
export function lineComments(text: string, positions: Positions): readonly WaiverComment[] {
  const lines = text.split('\n')
  const firstContent = lines.findIndex((line) => !/^\s*(?:#|---|$)/.test(line))
  let offset = 0
  return lines.flatMap((line, index) => {
    const [start, at] = [offset, line.search(/(?:^|\s)#\s*kindling-lint\b/)]
    offset += line.length + 1
    if (at < 0) return []
    const hash = start + line.indexOf('#', at)
    const isAlone = line.slice(0, line.indexOf('#', at)).trim() === ''
    const next = lines.findIndex((other, i) => i > index && !/^\s*(?:#|$)/.test(other)) + 1
    const lineNumber = isAlone ? next : index + 1
    const covered: [number, number] =
      isAlone && index < firstContent ? [1, Number.POSITIVE_INFINITY] : [lineNumber, lineNumber]
    const end = start + line.trimEnd().length
    return [
      {
        text: text.slice(hash, end),
        location: positions.location(hash, end),
        lines: covered,
        removal: isAlone
          ? lineAt(text, hash, end)
          : { start: start + line.slice(0, hash - start).trimEnd().length, end, text: '' },
      },
    ]
  })
}

/** The whole line that a comment stands on. */
function lineAt(text: string, start: number, end: number): Edit {
  const from = text.lastIndexOf('\n', start - 1) + 1
  const newline = text.indexOf('\n', end)
  return { start: from, end: newline < 0 ? text.length : newline + 1, text: '' }
}
