import type { MachineSample, RunEvent, TaskPartFinished, TaskRetried } from '../engine/events.ts'
import { applyEvent, emptyRecord, type RunRecord } from '../engine/records.ts'

/** A run with what only some reports show of it. */
export interface RunDetails {
  readonly record: RunRecord
  /** By task, in the order in which they ended. */
  readonly parts: Map<string, TaskPartFinished[]>
  readonly retries: TaskRetried[]
  readonly samples: MachineSample[]
}

/** Before the first event. */
export function emptyDetails(): RunDetails {
  return { record: emptyRecord(), parts: new Map(), retries: [], samples: [] }
}

/** Takes the next event in, in place. */
export function addEvent(details: RunDetails, event: RunEvent): void {
  applyEvent(details.record, event)
  if (event.type === 'task-part') {
    const parts = details.parts.get(event.task)
    if (parts) parts.push(event)
    else details.parts.set(event.task, [event])
  } else if (event.type === 'task-retried') {
    details.retries.push(event)
  } else if (event.type === 'machine-sample') {
    details.samples.push(event)
  }
}

/** The details of a stream of events, complete or not. */
export function detailsOf(events: Iterable<RunEvent>): RunDetails {
  const details = emptyDetails()
  for (const event of events) addEvent(details, event)
  return details
}
