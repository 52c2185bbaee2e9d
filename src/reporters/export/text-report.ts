import type { RunEvent } from '../../engine/events.ts'
import { replay } from '../../engine/records.ts'
import { formatDuration } from '../../util/duration.ts'
import { compareRuns, nameOf } from '../comparison.ts'
import { describeRun, formatComparison } from '../comparison-table.ts'
import { formatFailures } from '../failures.ts'
import type { FormatOptions } from '../format.ts'
import { formatSummary } from '../summary.ts'
import { timingOf } from '../timing.ts'

/** A run for a terminal: what a run says at its end. */
export function textReport(
  events: Iterable<RunEvent>,
  { compareWith, columns = 80, color = false }: FormatOptions = {},
): string {
  const record = replay(events)
  const took = formatDuration(timingOf(record).wallMs)
  const outcome =
    record.finished === undefined
      ? `did not finish, told up to ${took}`
      : `${record.finished.outcome} in ${took}`
  const failures = formatFailures(record, { color })
  const sections = [
    `${describeRun(nameOf(record))}: ${outcome}\n`,
    ...(failures.length === 0 ? [] : [`${failures.join('\n')}\n`]),
    formatSummary(record, { columns, color }),
    ...(compareWith === undefined
      ? []
      : [formatComparison(compareRuns(replay(compareWith), record), { columns, color })]),
  ]
  return sections.filter((text) => text !== '').join('\n')
}
