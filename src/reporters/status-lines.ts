import { formatDuration } from '../util/duration.ts'
import { remainingMs, timeLeft, totals } from './live-footer.ts'
import type { LiveState } from './live-state.ts'
import { progressText } from './progress-text.ts'

/** More than these are counted. */
const mostTasks = 10

/** A line of a status, with the task it is about. */
export interface StatusLine {
  readonly subject: string
  readonly text: string
}

/** How far a run is, for those who cannot see a window: what runs, since when, and what is expected. */
export function statusLines(state: LiveState, nowMs: number): StatusLine[] {
  const { total, running, waiting } = state
  const { done, failed } = totals(state)
  const leftMs = remainingMs(state, nowMs)
  const counts = [
    `${done}/${total} done`,
    ...(failed > 0 ? [`${failed} failed`] : []),
    `${running.length} running`,
    `${waiting.length} waiting`,
    ...(leftMs === undefined ? [] : [timeLeft(state, leftMs)]),
  ]
  const shown = running.slice(0, running.length > mostTasks ? mostTasks - 1 : mostTasks)
  return [
    { subject: 'kindling', text: counts.join(', ') },
    ...shown.map((task) => {
      const { planned } = task
      const isKnown = planned !== undefined && planned.isEstimate !== true && planned.expectedMs > 0
      const expected = isKnown ? ` of about ${formatDuration(planned.expectedMs)}` : ''
      const doing = progressText(task)
      const since = `running for ${formatDuration(nowMs - task.startMs)}${expected}`
      return { subject: task.id, text: doing === '' ? since : `${since}: ${doing}` }
    }),
    ...(shown.length < running.length
      ? [{ subject: 'kindling', text: `… and ${running.length - shown.length} more running` }]
      : []),
  ]
}
