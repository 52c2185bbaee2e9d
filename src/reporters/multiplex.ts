import type { RunEvent } from '../engine/events.ts'
import type { Reporter } from './reporter.ts'

/**
 * One reporter in front of several. One that throws is told of once, gets no more events, and is still closed;
 * the others and the run go on. An event that arises while another is being delivered waits its turn.
 */
export function multiplex(
  reporters: readonly Reporter[],
  onBroken: (reporter: Reporter, error: unknown) => void,
): Reporter {
  const broken = new Set<Reporter>()
  const pending: RunEvent[] = []
  let isDelivering = false

  const breakWith = (reporter: Reporter, error: unknown) => {
    if (broken.has(reporter)) return
    broken.add(reporter)
    onBroken(reporter, error)
  }
  const deliver = (event: RunEvent) => {
    for (const reporter of reporters) {
      if (broken.has(reporter)) continue
      try {
        reporter.onEvent(event)
      } catch (error) {
        breakWith(reporter, error)
      }
    }
  }
  return {
    name: reporters.map(({ name }) => name).join(', '),
    onEvent: (event) => {
      pending.push(event)
      if (isDelivering) return
      isDelivering = true
      try {
        for (let next = pending.shift(); next; next = pending.shift()) deliver(next)
      } finally {
        isDelivering = false
      }
    },
    flush: () => {
      for (const reporter of reporters) {
        try {
          reporter.flush?.()
        } catch (error) {
          breakWith(reporter, error)
        }
      }
    },
    close: async () => {
      // One after another, in their order: what the last prints stands below what the first leaves.
      for (const reporter of reporters) {
        try {
          await reporter.close?.()
        } catch (error) {
          breakWith(reporter, error)
        }
      }
    },
  }
}
