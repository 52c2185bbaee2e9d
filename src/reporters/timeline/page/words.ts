import { formatDuration } from '../../../util/duration.ts'
import type { Stretch, TimelineTask } from '../data.ts'

/** How long something lasts, milliseconds; 0 for what never was. */
export function lengthMs(time: Stretch | undefined): number {
  return time === undefined ? 0 : time[1] - time[0]
}

/** Less is no wait that anybody would see. */
export const leastWaitMs = 50

/** How long a task that could have started was kept waiting, milliseconds. */
export function waitedMs({ time, readyMs }: TimelineTask): number {
  return time === undefined ? 0 : Math.max(0, time[0] - readyMs)
}

/** A part of a whole as people say it. */
export function formatShare(partMs: number, wholeMs: number): string {
  return wholeMs > 0 ? `${Math.round((100 * partMs) / wholeMs)}%` : ''
}

/** `+36%`, `-8%`, `×12`; empty where there is nothing to compare with. */
export function formatChange(beforeMs: number | undefined, afterMs: number | undefined): string {
  if (!beforeMs || afterMs === undefined) return ''
  const ratio = afterMs / beforeMs
  if (ratio >= 10) return `×${Math.round(ratio)}`
  const percent = Math.round(100 * (ratio - 1))
  return `${percent > 0 ? '+' : ''}${percent}%`
}

/** What a task is to somebody who does not see it. */
export function describeTask({ id, outcome, time, isCritical }: TimelineTask): string {
  const when =
    time === undefined
      ? 'never started'
      : `started at ${formatDuration(time[0])}, took ${formatDuration(lengthMs(time))}`
  return `${id}, ${outcome}, ${when}${isCritical ? ', on the critical path' : ''}`
}

/** Whether it ended in a way that somebody has to look at. */
export function isBad(outcome: string): boolean {
  return outcome === 'failed' || outcome === 'timed-out'
}
