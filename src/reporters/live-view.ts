import { createColors } from 'picocolors'
import { formatDuration } from '../util/duration.ts'
import type { Paint } from './describe-event.ts'
import type { LiveState, LiveTask } from './live-state.ts'
import { truncate } from './printable.ts'

export interface ViewOptions {
  readonly columns: number
  readonly rows: number
  /** Milliseconds since the start of the run. */
  readonly nowMs: number
  readonly color: boolean
}

/** Progress in fewer columns than this says nothing. */
const leastTextWidth = 8
/** In fewer columns than this there is room for names alone. */
const leastColumns = 24

/**
 * The window at the bottom of the terminal: a row for each running task, the oldest first, and a row of counts. Never wider
 * or higher than the terminal, so that it can be drawn over; empty once the run has finished.
 */
export function view(state: LiveState, options: ViewOptions): string[] {
  if (state.isFinished) return []
  // One row is the footer's, and one must stay free for the cursor.
  const room = Math.max(0, options.rows - 2)
  const isCut = state.running.length > room
  const shown = isCut ? state.running.slice(0, Math.max(0, room - 1)) : state.running
  const hidden = state.running.length - shown.length
  return [
    ...taskRows(shown, options),
    ...(isCut && room > 0 ? [truncate(`  … and ${hidden} more running`, options.columns)] : []),
    footer(state, options),
  ]
}

function taskRows(tasks: readonly LiveTask[], { columns, nowMs, color }: ViewOptions): string[] {
  const colors = createColors(color)
  const widest = Math.max(0, ...tasks.map(({ id }) => id.length))
  if (columns < leastColumns) return tasks.map(({ id }) => truncate(`  ${id}`, columns))
  const idWidth = Math.min(widest, Math.max(10, Math.floor(columns * 0.4)))
  const textWidth = columns - idWidth - 13
  return tasks.map(({ id, startMs, text, share }) => {
    const name = truncate(id, idWidth).padEnd(idWidth)
    const elapsed = formatDuration(nowMs - startMs).padStart(7)
    const percent = share === undefined ? '' : `${Math.floor(share * 100)}%`
    const progress = [percent, text].filter(Boolean).join(' ')
    const row = `  ${name}  ${colors.cyan(elapsed)}`
    return progress && textWidth >= leastTextWidth
      ? `${row}  ${colors.dim(truncate(progress, textWidth))}`
      : row
  })
}

/** The counts that fit, the more important ones first. */
function footer({ total, running, counts, teardown }: LiveState, options: ViewOptions): string {
  const colors = createColors(options.color)
  const done = counts.succeeded + counts.reused
  const failed = counts.failed + counts['timed-out']
  const waiting = total - done - failed - counts.blocked - counts.cancelled - running.length
  const parts: (readonly [text: string, paint: Paint])[] = [
    [formatDuration(options.nowMs), colors.bold],
    [`${done}/${total} done`, colors.green],
    ...some(failed, 'failed', colors.red),
    ...(teardown ? [[takingDown(teardown), colors.yellow] as const] : []),
    ...some(running.length, 'running', colors.cyan),
    ...some(waiting, 'waiting', String),
    ...some(counts.blocked, 'blocked', colors.dim),
    ...some(counts.cancelled, 'cancelled', colors.dim),
  ]
  let width = 0
  const fitting = parts.filter(([text], i) => {
    width += text.length + (i === 0 ? 0 : 3)
    return width <= options.columns
  })
  return fitting.map(([text, paint]) => paint(text)).join(' · ')
}

function some(value: number, word: string, paint: Paint) {
  return value > 0 ? [[`${value} ${word}`, paint] as const] : []
}

function takingDown({ failed }: { readonly failed: number }): string {
  return failed > 0 ? `taking down, ${failed} not undone` : 'taking down'
}
