import type { Finding } from './finding.ts'

/** A text after all edits of these findings, but for those that another one is in the way of. */
export function applyEdits(
  text: string,
  findings: readonly Finding[],
): { readonly text: string; readonly count: number } {
  let result = text
  let end = text.length + 1
  let count = 0
  const fixable = findings.filter(({ edits = [] }) => edits.length > 0)
  const lastFirst = fixable.toSorted((a, b) => startOf(b) - startOf(a))
  for (const { edits = [] } of lastFirst) {
    if (edits.some((edit) => edit.end > end || edit.end > text.length)) continue
    for (const edit of edits.toSorted((a, b) => b.start - a.start)) {
      result = result.slice(0, edit.start) + edit.text + result.slice(edit.end)
      end = edit.start
    }
    count++
  }
  return { text: result, count }
}

function startOf({ edits = [] }: Finding): number {
  return Math.min(...edits.map(({ start }) => start))
}
