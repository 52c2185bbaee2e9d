import type { RunEvent } from '../engine/events.ts'
import { OutputTails } from './output-tails.ts'
import type { Reporter } from './reporter.ts'

/** A report as text, made from the events of a run, complete or not. */
export type Report = (events: Iterable<RunEvent>) => string

/** No such report tells of these, and there are many. */
const leftOut: ReadonlySet<RunEvent['type']> = new Set(['task-progress', 'task-part', 'machine-sample'])

/**
 * Makes a report when a run is over, and hands it on. Until then it keeps the events, but of the output only the ends of
 * what has failed or is running: no more of it is in any report.
 */
export function endReport(name: string, report: Report, write: (text: string) => void): Reporter {
  const kept: RunEvent[] = []
  const tails = new OutputTails()
  return {
    name,
    onEvent: (event) => {
      if (event.type === 'task-output') return tails.add(event)
      if (leftOut.has(event.type)) return
      if (event.type === 'task-finished') {
        const { at, task, outcome } = event
        const lines = tails.take(task)
        if (outcome === 'failed' || outcome === 'timed-out') {
          for (const line of lines) kept.push({ type: 'task-output', at, task, stream: 'stdout', line })
        }
      }
      kept.push(event)
    },
    close: async () => {
      if (kept.length > 0) write(report(kept))
    },
  }
}
