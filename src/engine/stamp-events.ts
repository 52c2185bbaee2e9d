import type { Clock } from '../util/clock.ts'
import type { EventBody, RunEvent } from './events.ts'

/**
 * A function that gives events their time, whole milliseconds since `startMs` on the clock, and passes them
 * on at once. Several of them with the same clock and start make one stream in order.
 */
export function stampEvents(
  clock: Clock,
  startMs: number,
  emit: (event: RunEvent) => void,
): (body: EventBody) => void {
  return (body) => emit({ at: Math.round(clock.now() - startMs), ...body } as RunEvent)
}
