import type { RunEvent } from '../../engine/events.ts'
import { replay } from '../../engine/records.ts'
import { formatDuration } from '../../util/duration.ts'
import { type Change, compareRuns } from '../comparison.ts'
import { changedTasks, describeRun, formatRatio } from '../comparison-table.ts'
import { formatFailures } from '../failures.ts'
import type { FormatOptions } from '../format.ts'
import { codeBlock, codeSpan, markdownTable } from '../markdown.ts'
import { printable } from '../printable.ts'
import { lengthOf, timingOf } from '../timing.ts'

/** More than that nobody reads in a comment. */
const mostTasks = 20

/** A run for a comment or a wiki: what failed, where the time went, and what would have saved some. */
export function markdownReport(events: Iterable<RunEvent>, { compareWith }: FormatOptions = {}): string {
  const record = replay(events)
  const { started, plan, finished } = record
  const { wallMs, phases, tasks, path, clusterIdleMs } = timingOf(record)
  const share = (ms: number) => (wallMs > 0 ? `${Math.round((100 * ms) / wallMs)}%` : '')
  const outcome = finished?.outcome ?? 'did not finish'
  const failures = formatFailures(record, { color: false })
  const slowest = tasks
    .toSorted((a, b) => lengthOf(b.interval) - lengthOf(a.interval))
    .slice(0, mostTasks)
    .filter(({ interval }) => interval !== undefined)
  const comparison = compareWith === undefined ? undefined : compareRuns(replay(compareWith), record)
  const sections = [
    [
      `## kindling ${[started?.command, started?.environment].filter(Boolean).join(' ')}: ${outcome}`,
      '',
      `${formatDuration(wallMs)}, ${tasks.length} tasks, strategy ${plan?.strategy ?? 'unknown'}, run \`${started?.run ?? 'unknown'}\``,
    ],
    failures.length === 0 ? [] : ['### Failures', '', codeBlock(failures)],
    [
      '### Where the time went',
      '',
      table(
        ['phase', 'start', 'end', 'duration'],
        phases.flatMap(({ phase, interval }) =>
          interval
            ? [[phase, ...[interval.startMs, interval.endMs, lengthOf(interval)].map(formatDuration)]]
            : [],
        ),
      ),
      ...(clusterIdleMs === undefined
        ? []
        : ['', `The cluster was idle for ${formatDuration(clusterIdleMs)} (${share(clusterIdleMs)}).`]),
    ],
    [
      '### Critical path',
      '',
      table(
        ['task', 'start', 'waited', 'duration', 'share'],
        path.steps.map((step) => [
          code(step.id),
          formatDuration(step.startMs),
          step.waitedMs > 0 ? formatDuration(step.waitedMs) : '',
          formatDuration(lengthOf(step)),
          share(lengthOf(step)),
        ]),
      ),
    ],
    savings(finished?.savings ?? [], wallMs),
    [
      `### ${tasks.length > mostTasks ? `The ${mostTasks} slowest tasks` : 'Tasks'}`,
      '',
      table(
        ['task', 'outcome', 'start', 'duration'],
        slowest.map(({ id, outcome: ended, interval }) => [
          code(id),
          ended,
          formatDuration(interval?.startMs ?? 0),
          formatDuration(lengthOf(interval)),
        ]),
      ),
    ],
    comparison === undefined
      ? []
      : [
          `### Compared with ${describeRun(comparison.before)}`,
          '',
          ...changesTable('phase', [...comparison.phases, comparison.total]),
          '',
          ...changesTable('task', changedTasks(comparison, mostTasks)),
        ],
  ]
  return `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`
}

function savings(
  all: readonly { what: string; where?: string; savedMs: number }[],
  wallMs: number,
): string[] {
  if (all.length === 0) return []
  const lines = all.map(({ what, where, savedMs }) => {
    const place = where === undefined ? '' : `, ${code(where)}`
    return `- ${code(what)}${place}: ${formatDuration(savedMs)} of ${formatDuration(wallMs)}`
  })
  return ['### What the run would gain without', '', ...lines]
}

function changesTable(title: string, changes: readonly Change[]): string[] {
  if (changes.length === 0) return []
  const duration = (ms: number | undefined) => (ms === undefined ? '' : formatDuration(ms))
  const rows = changes.map(({ name, beforeMs, afterMs, ratio }) => [
    ...[code(name), duration(beforeMs), duration(afterMs), formatRatio(ratio)],
  ])
  return [table([title, 'before', 'after', 'change'], rows)]
}

function table(titles: readonly string[], rows: readonly (readonly string[])[]): string {
  return markdownTable(titles, rows, { align: 'right' })
}

/** As it stands, whatever it holds. */
function code(text: string): string {
  return codeSpan(printable(text))
}
