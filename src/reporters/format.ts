import type { RunEvent } from '../engine/events.ts'

/** What a report may make use of, and need not. */
export interface FormatOptions {
  /** The events of another run, with which this one is compared. */
  readonly compareWith?: Iterable<RunEvent>
  readonly columns?: number
  readonly color?: boolean
}

/** Makes a report of the events of a run, complete or not. */
export type Format = (events: Iterable<RunEvent>, options?: FormatOptions) => string
