import { createColors } from 'picocolors'
import type { RunSaving } from '../engine/events.ts'
import type { RunRecord } from '../engine/records.ts'
import { formatDuration } from '../util/duration.ts'
import type { Paint } from './describe-event.ts'
import { printable } from './printable.ts'
import { defaultThreshold, formatRegressions, regressionsOf } from './regressions.ts'
import { type Cell, formatTable, type TableColumn } from './table.ts'
import {
  lengthOf,
  type PathTiming,
  type PhaseTiming,
  type RunTiming,
  type TaskTiming,
  timingOf,
} from './timing.ts'

export interface SummaryOptions {
  readonly columns: number
  readonly color: boolean
}

/** With more tasks than this, only the slowest are listed. */
const mostTasks = 60
const slowest = 20
/** Less would be shown as nothing. */
const leastShownMs = 50

/**
 * Where the time of a run went, as text: its phases, its tasks, its critical path with the share of each task, and what
 * no task accounts for. Empty when the run ended before it had a plan.
 */
export function formatSummary(record: RunRecord, { columns, color }: SummaryOptions): string {
  const { wallMs, phases, tasks, path, idleMs, teardownMs, ...timing } = timingOf(record)
  if (tasks.length === 0) return ''
  const { bold, dim } = createColors(color)
  const print = (heads: readonly TableColumn[], rows: readonly Cell[][]) =>
    formatTable(heads, rows, columns, dim)
  const isLong = tasks.length > mostTasks
  const listed = isLong
    ? tasks.toSorted((a, b) => lengthOf(b.interval) - lengthOf(a.interval)).slice(0, slowest)
    : tasks

  const sections = [
    [bold('Phases'), ...print(phaseColumns, phases.map(phaseRow))],
    [
      bold(isLong ? `The ${slowest} slowest of ${tasks.length} tasks` : 'Tasks'),
      ...print(
        taskColumns,
        listed.map((task) => taskRow(task, color)),
      ),
    ],
    [bold('Critical path'), ...print(pathColumns, pathRows(path, wallMs, bold))],
    ...savingsSection(record.finished?.savings ?? [], wallMs, bold),
    ...regressionSection(record, color),
    ...clusterIdleSection(timing, wallMs),
    ...(idleMs > 0 ? [[unaccounted(idleMs, teardownMs, wallMs)]] : []),
  ]
  return `${sections.map((lines) => lines.join('\n')).join('\n\n')}\n`
}

const name = (title: string): TableColumn => ({ title, align: 'left', isFlexible: true })
const figure = (title: string): TableColumn => ({ title, align: 'right' })

const phaseColumns = [
  { title: 'phase', align: 'left' } as const,
  figure('start'),
  figure('end'),
  figure('duration'),
  name('tasks'),
]
const taskColumns = [name('task'), figure('start'), figure('duration'), name('outcome')]
const pathColumns = [name('task'), figure('start'), figure('waited'), figure('duration'), figure('share')]

function phaseRow({ phase, interval, tasks }: PhaseTiming): Cell[] {
  const counts = new Map<string, number>()
  for (const { outcome } of tasks) counts.set(outcome, (counts.get(outcome) ?? 0) + 1)
  return [
    phase,
    interval ? formatDuration(interval.startMs) : '-',
    interval ? formatDuration(interval.endMs) : '-',
    interval ? formatDuration(lengthOf(interval)) : '-',
    [...counts].map(([outcome, number]) => `${number} ${outcome}`).join(', '),
  ]
}

function taskRow({ id, interval, outcome, attempts }: TaskTiming, color: boolean): Cell[] {
  const colors = createColors(color)
  const paints: Record<TaskTiming['outcome'], Paint> = {
    succeeded: colors.green,
    reused: colors.green,
    failed: colors.red,
    'timed-out': colors.red,
    cancelled: colors.dim,
    blocked: colors.dim,
    unfinished: colors.yellow,
  }
  const tries = attempts > 1 ? `, ${attempts} attempts` : ''
  return [
    id,
    interval ? formatDuration(interval.startMs) : '-',
    interval ? formatDuration(lengthOf(interval)) : '-',
    { text: `${outcome}${tries}`, paint: paints[outcome] },
  ]
}

/** The steps, and then rows that add up to the whole run. */
function pathRows({ steps, busyMs, waitedMs, afterMs }: PathTiming, wallMs: number, bold: Paint): Cell[][] {
  const sum = (text: string, ms: number, paint: Paint = String): Cell[] => [
    { text, paint },
    '',
    '',
    { text: formatDuration(ms), paint },
    { text: share(ms, wallMs), paint },
  ]
  return [
    ...steps.map((step): Cell[] => [
      step.id,
      formatDuration(step.startMs),
      step.waitedMs >= leastShownMs ? formatDuration(step.waitedMs) : '',
      formatDuration(lengthOf(step)),
      share(lengthOf(step), wallMs),
    ]),
    sum('= path', busyMs, bold),
    ...(waitedMs >= leastShownMs ? [sum('+ waiting', waitedMs)] : []),
    ...(afterMs >= leastShownMs ? [sum('+ after it', afterMs)] : []),
    sum('= run', wallMs, bold),
  ]
}

/** What the run would have gained without parts of its work. */
function savingsSection(savings: readonly RunSaving[], wallMs: number, bold: Paint): string[][] {
  if (savings.length === 0) return []
  const run = formatDuration(wallMs)
  const lines = savings.map(({ what, where, savedMs }) => {
    const place = where === undefined ? '' : `, ${where}`
    return `${printable(what)}${place}: ${formatDuration(savedMs)} of ${run}`
  })
  return [[bold('On the critical path: how much sooner the run would end without'), ...lines]]
}

function regressionSection(record: RunRecord, color: boolean): string[][] {
  const lines = formatRegressions(regressionsOf(record, defaultThreshold), { color })
  return lines.length === 0 ? [] : [lines]
}

function clusterIdleSection(
  { clusterIdleMs, clusterIdleStretchMs = 0 }: Pick<RunTiming, 'clusterIdleMs' | 'clusterIdleStretchMs'>,
  wallMs: number,
): string[][] {
  if (clusterIdleMs === undefined) return []
  const atOnce =
    clusterIdleStretchMs < clusterIdleMs
      ? `, at most ${formatDuration(clusterIdleStretchMs)} at a stretch`
      : ''
  return [
    [`The cluster was idle for ${formatDuration(clusterIdleMs)} (${share(clusterIdleMs, wallMs)})${atOnce}.`],
  ]
}

function unaccounted(idleMs: number, teardownMs: number, wallMs: number): string {
  const teardown = teardownMs > 0 ? `, ${formatDuration(teardownMs)} of it for the teardown` : ''
  return `For ${formatDuration(idleMs)} (${share(idleMs, wallMs)}) no task was running${teardown}.`
}

function share(ms: number, wallMs: number): string {
  return wallMs > 0 ? `${Math.round((100 * ms) / wallMs)}%` : '-'
}
