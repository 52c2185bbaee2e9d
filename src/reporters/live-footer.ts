import { createColors } from 'picocolors'
import { formatDuration } from '../util/duration.ts'
import type { Paint } from './describe-event.ts'
import { expectedEndMs } from './expected-end.ts'
import type { LiveState } from './live-state.ts'

export interface FooterOptions {
  readonly columns: number
  readonly nowMs: number
  readonly color: boolean
}

/** In fewer columns than this the figures need all there are. */
const leastColumnsForBar = 60
const longestBar = 24
const separator = ' · '

/** How far the run is: a bar, and those of the figures that fit, the more important ones first. */
export function footer(state: LiveState, { columns, nowMs, color }: FooterOptions): string {
  const colors = createColors(color)
  const barWidth = columns < leastColumnsForBar ? 0 : Math.min(longestBar, Math.floor(columns / 5))
  const leftMs = remainingMs(state, nowMs)
  const bar =
    leftMs === undefined || barWidth === 0
      ? ''
      : `${progressBar(nowMs / (nowMs + leftMs), barWidth, colors)}  `
  const { total, running, waiting, counts, teardown } = state
  const { done, failed } = totals(state)
  const parts: (readonly [text: string, paint: Paint])[] = [
    [formatDuration(nowMs), colors.bold],
    total === 0 ? ['preparing', String] : [`${done}/${total} done`, colors.green],
    ...some(failed, 'failed', colors.red),
    ...(teardown ? [[takingDown(teardown), colors.yellow] as const] : []),
    ...(leftMs === undefined ? [] : [[timeLeft(state, leftMs), String] as const]),
    ...some(running.length, 'running', colors.cyan),
    ...some(waiting.length, 'waiting', String),
    ...some(counts.blocked, 'blocked', colors.dim),
    ...some(counts.cancelled, 'cancelled', colors.dim),
  ]
  let width = bar === '' ? 0 : barWidth + 2
  const fitting = parts.filter(([text], i) => {
    const needed = text.length + (i === 0 ? 0 : separator.length)
    if (width + needed > columns) return false
    width += needed
    return true
  })
  return bar + fitting.map(([text, paint]) => paint(text)).join(separator)
}

/** How many tasks have ended well, and how many have not by themselves. */
export function totals({ counts }: LiveState): { readonly done: number; readonly failed: number } {
  return { done: counts.succeeded + counts.reused, failed: counts.failed + counts['timed-out'] }
}

/** How long the run will go on, milliseconds; `undefined` where nothing is expected, and once it is being taken down. */
export function remainingMs(state: LiveState, nowMs: number): number | undefined {
  if (state.expected.length === 0 || state.teardown !== undefined) return undefined
  return expectedEndMs(state.expected, { nowMs, ...state }) - nowMs
}

/** A figure by earlier runs is told with more confidence than one that is partly a guess. */
export function timeLeft({ running, waiting, expected }: LiveState, leftMs: number): string {
  if (leftMs < 500) return 'longer than expected'
  const isOpen = new Set([...running, ...waiting].map(({ id }) => id))
  const isGuess = expected.some(({ id, isEstimate }) => isEstimate && isOpen.has(id))
  // Tenths of a second would be a promise.
  const left = leftMs < 60_000 ? `${Math.round(leftMs / 1_000)}s` : formatDuration(leftMs)
  return `${isGuess ? 'perhaps' : 'about'} ${left} left`
}

function progressBar(share: number, width: number, { green, dim }: ReturnType<typeof createColors>): string {
  const full = Math.max(0, Math.min(width, Math.floor((Number.isNaN(share) ? 0 : share) * width)))
  return green('━'.repeat(full)) + dim('─'.repeat(width - full))
}

function some(value: number, word: string, paint: Paint) {
  return value > 0 ? [[`${value} ${word}`, paint] as const] : []
}

function takingDown({ failed }: { readonly failed: number }): string {
  return failed > 0 ? `taking down, ${failed} not undone` : 'taking down'
}
