import type { Paint } from './describe-event.ts'
import { truncate } from './printable.ts'

export interface TableColumn {
  readonly title: string
  readonly align: 'left' | 'right'
  /** Whether this column gives way when the table is wider than the terminal; the last one does first. */
  readonly isFlexible?: boolean
}

/** A text, with its colour where it has one. */
export type Cell = string | { readonly text: string; readonly paint: Paint }

const gap = '  '
/** A column that gives way keeps this much. */
const leastWidth = 10

/** Rows of cells below their titles, columns aligned, in at most `width` columns where the flexible ones allow it. */
export function formatTable(
  columns: readonly TableColumn[],
  rows: readonly (readonly Cell[])[],
  width: number,
  paintTitle: Paint = String,
): string[] {
  const widths = columns.map(({ title }, i) =>
    Math.max(title.length, ...rows.map((row) => textOf(row[i]).length)),
  )
  const flexible = columns.flatMap(({ isFlexible }, i) => (isFlexible ? [i] : []))
  for (const i of flexible.reverse()) {
    const total = widths.reduce((sum, one) => sum + one, 0) + gap.length * (columns.length - 1)
    const own = widths[i] ?? 0
    if (total > width) widths[i] = Math.max(Math.min(own, leastWidth), own - (total - width))
  }
  const titles = columns.map(({ title }): Cell => ({ text: title, paint: paintTitle }))
  return [titles, ...rows].map((row) =>
    columns
      .map(({ align }, i) => {
        const text = truncate(textOf(row[i]), widths[i] ?? 0)
        const isLast = i === columns.length - 1
        const padding = ' '.repeat(Math.max(0, (widths[i] ?? 0) - text.length))
        const painted = paintOf(row[i])(text)
        if (align === 'right') return padding + painted
        return isLast ? painted : painted + padding
      })
      .join(gap)
      .trimEnd(),
  )
}

function textOf(cell: Cell | undefined): string {
  return typeof cell === 'string' ? cell : (cell?.text ?? '')
}

function paintOf(cell: Cell | undefined): Paint {
  return typeof cell === 'object' ? cell.paint : String
}
