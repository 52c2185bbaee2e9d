import type { FileCoverageData } from 'istanbul-lib-coverage'

/** Wider than any line: a line counts as a whole. */
const endOfLine = 10_000

/** Coverage of a file of which only lines are known: how often each that could run did. */
export function fileCoverage(path: string, hits: ReadonlyMap<number, number>): FileCoverageData {
  const lines = [...hits].sort(([a], [b]) => a - b)
  return {
    path,
    statementMap: Object.fromEntries(
      lines.map(([line], index) => [
        `${index}`,
        { start: { line, column: 0 }, end: { line, column: endOfLine } },
      ]),
    ),
    s: Object.fromEntries(lines.map(([, count], index) => [`${index}`, count])),
    fnMap: {},
    f: {},
    branchMap: {},
    b: {},
  }
}
