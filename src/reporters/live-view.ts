import { createColors } from 'picocolors'
import { formatDuration } from '../util/duration.ts'
import { footer } from './live-footer.ts'
import type { LiveState, LiveTask } from './live-state.ts'
import { truncate } from './printable.ts'
import { progressText } from './progress-text.ts'
import { heldTasks } from './waiting-for.ts'

export interface ViewOptions {
  readonly columns: number
  readonly rows: number
  /** Milliseconds since the start of the run. */
  readonly nowMs: number
  readonly color: boolean
  /** The last line that a task has printed, for one that says nothing of what it is doing. */
  readonly lastLine?: (task: string) => string
}

/** Progress in fewer columns than this says nothing. */
const leastTextWidth = 8
/** In fewer columns than this there is room for names alone. */
const leastColumns = 24
/** In fewer columns than this what is expected of a task has to give way to what it is doing. */
const leastColumnsForExpected = 72
/** Shorter tasks are over before anybody has read what was expected of them. */
const leastExpectedMs = 1_000
/** What waits is shown only so far: most of it does for the same. */
const mostHeld = 4

/**
 * The window at the bottom of the terminal: a row for each running task, the oldest first, rows for what comes next and
 * why it waits, and a footer. Never wider or higher than the terminal, so that it can be drawn over; empty once the run
 * has finished.
 */
export function view(state: LiveState, options: ViewOptions): string[] {
  if (state.isFinished) return []
  const held = state.teardown === undefined ? heldTasks(state) : []
  // One row is the footer's, and one must stay free for the cursor.
  const room = Math.max(0, options.rows - 2)
  const isCut = state.running.length > room
  const shown = isCut ? state.running.slice(0, Math.max(0, room - 1)) : state.running
  const hidden = state.running.length - shown.length
  const waiting = held.slice(0, Math.min(mostHeld, Math.max(0, room - state.running.length)))
  const ids = [...shown, ...waiting].map(({ id }) => id.length)
  const idWidth = Math.min(Math.max(0, ...ids), Math.max(10, Math.floor(options.columns * 0.4)))
  const { dim } = createColors(options.color)
  return [
    ...runningRows(shown, idWidth, options),
    ...(isCut && room > 0 ? [truncate(`  … and ${hidden} more running`, options.columns)] : []),
    ...waiting.map(({ id, reason }) => dim(namedRow(id, reason, idWidth, options.columns))),
    footer(state, options),
  ]
}

function namedRow(id: string, text: string, idWidth: number, columns: number): string {
  return truncate(
    columns < leastColumns ? `  ${id}` : `  ${truncate(id, idWidth).padEnd(idWidth)}  ${text}`,
    columns,
  )
}

function runningRows(tasks: readonly LiveTask[], idWidth: number, options: ViewOptions): string[] {
  const { columns, nowMs, lastLine } = options
  if (columns < leastColumns) return tasks.map(({ id }) => truncate(`  ${id}`, columns))
  const { cyan, yellow, dim } = createColors(options.color)
  const expected = tasks.map((task) => (columns < leastColumnsForExpected ? '' : expectedText(task)))
  const timeWidth = 7 + Math.max(0, ...expected.map((text) => text.length))
  const textWidth = columns - idWidth - timeWidth - 6
  return tasks.map((task, i) => {
    const { id, startMs, planned } = task
    const name = truncate(id, idWidth).padEnd(idWidth)
    const elapsedMs = nowMs - startMs
    const isLate = expected[i] !== '' && elapsedMs > (planned?.expectedMs ?? 0)
    const elapsed = (isLate ? yellow : cyan)(formatDuration(elapsedMs).padStart(7))
    const time = elapsed + dim((expected[i] ?? '').padEnd(timeWidth - 7))
    const progress = progressText(task) || (lastLine?.(id) ?? '')
    return progress && textWidth >= leastTextWidth
      ? `  ${name}  ${time}  ${dim(truncate(progress, textWidth))}`
      : `  ${name}  ${time}`.trimEnd()
  })
}

/** What earlier runs took; nothing where that is only a guess. */
function expectedText({ planned }: LiveTask): string {
  if (planned === undefined || planned.isEstimate || planned.expectedMs < leastExpectedMs) return ''
  return ` of ${formatDuration(planned.expectedMs)}`
}
