import { createColors } from 'picocolors'
import { formatDuration } from '../util/duration.ts'
import type { Change, RunComparison, RunName } from './comparison.ts'
import { type Cell, formatTable, type TableColumn } from './table.ts'

/** So many tasks are told, the most changed ones. */
const mostTasks = 20
/** A task that differs by less has not changed. */
const leastMs = 100

/** What has become slower or faster, as text: the run, its phases, and the tasks that have changed most. */
export function formatComparison(
  comparison: RunComparison,
  { columns, color }: { readonly columns: number; readonly color: boolean },
): string {
  const { bold, dim } = createColors(color)
  const print = (title: string, changes: readonly Change[]) =>
    formatTable(columnsFor(title), changes.map(changeRow), columns, dim)
  const tasks = changedTasks(comparison, mostTasks)
  const sections = [
    [bold(`Compared with ${describeRun(comparison.before)}`)],
    print('phase', [...comparison.phases, comparison.total]),
    ...(tasks.length === 0 ? [] : [print('task', tasks)]),
  ]
  return `${sections.map((lines) => lines.join('\n')).join('\n\n')}\n`
}

/** The tasks whose change is worth telling, most first. */
export function changedTasks({ tasks }: RunComparison, most: number): readonly Change[] {
  return tasks
    .filter(({ beforeMs = 0, afterMs = 0 }) => Math.abs(afterMs - beforeMs) >= leastMs)
    .slice(0, most)
}

/** A run in a few words: `20261121-093015-3fa9c1, up shop, pipelined`. */
export function describeRun({ run, command, environment, strategy }: RunName): string {
  return [run, [command, environment ?? []].flat().join(' '), strategy].join(', ')
}

/** `+36%`, `-8%`, or nothing where it cannot be said. */
export function formatRatio(ratio: number | undefined): string {
  if (ratio === undefined) return ''
  if (ratio >= 10) return `×${Math.round(ratio)}`
  const percent = Math.round(100 * (ratio - 1))
  return `${percent > 0 ? '+' : ''}${percent}%`
}

function columnsFor(title: string): TableColumn[] {
  return [
    { title, align: 'left', isFlexible: true },
    { title: 'before', align: 'right' },
    { title: 'after', align: 'right' },
    { title: 'change', align: 'right' },
  ]
}

function changeRow({ name, beforeMs, afterMs, ratio }: Change): Cell[] {
  return [name, durationOf(beforeMs), durationOf(afterMs), formatRatio(ratio)]
}

function durationOf(ms: number | undefined): string {
  return ms === undefined ? '-' : formatDuration(ms)
}
