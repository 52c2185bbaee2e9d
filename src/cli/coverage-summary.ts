import { join } from 'node:path'
import type { CoverageResult, LineTotals } from '../coverage/result.ts'
import { reportFiles } from '../coverage/write-report.ts'
import { displayPath } from '../diagnostics/format.ts'
import { formatTable } from '../reporters/table.ts'
import type { Session } from './session.ts'

/** What was measured, as lines for people: a table by image, where the report is, and what is not as it should be. */
export function coverageSummary(
  { directory, images, lines, problems }: CoverageResult,
  { cwd }: Pick<Session, 'cwd'>,
): string {
  const told = problems.map((problem) => `warning: ${problem.replaceAll('\n', '\n  ')}\n`).join('')
  if (lines === undefined) return `\n${told}no coverage to report\n`
  const rows = [...Object.entries(images), ['total', lines] as const].map(([name, of]) => rowOf(name, of))
  const table = formatTable(
    [
      { title: 'coverage', align: 'left' },
      { title: 'lines', align: 'right' },
      { title: 'covered', align: 'right' },
      { title: 'of', align: 'right' },
    ],
    rows,
    tableWidth,
  )
  const report = displayPath(join(directory, reportFiles.html), cwd)
  return `\n${table.join('\n')}\n${told}report: ${report}\n`
}

/** Of a terminal that says nothing of itself. */
const tableWidth = 80

function rowOf(name: string, { percent, covered, total }: LineTotals): string[] {
  return [name, `${percent.toFixed(2)} %`, `${covered}`, `${total}`]
}
