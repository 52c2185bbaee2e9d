import type { RunEvent } from '../engine/events.ts'
import { applyEvent, emptyRecord, type RunRecord } from '../engine/records.ts'
import { OutputTails } from './output-tails.ts'

/** A run as its events tell it, with the last lines of output of each task that has ended otherwise than well. */
export interface RunWithTails {
  readonly record: RunRecord
  readonly tails: ReadonlyMap<string, readonly string[]>
}

/** Reads a run from its events, complete or not. */
export function withTails(events: Iterable<RunEvent>): RunWithTails {
  const record = emptyRecord()
  const outputs = new OutputTails()
  const tails = new Map<string, readonly string[]>()
  for (const event of events) {
    applyEvent(record, event)
    outputs.add(event)
    if (event.type !== 'task-finished') continue
    const lines = outputs.take(event.task)
    if (event.outcome === 'failed' || event.outcome === 'timed-out') tails.set(event.task, lines)
  }
  return { record, tails }
}
