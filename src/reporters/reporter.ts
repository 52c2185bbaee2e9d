import type { RunEvent } from '../engine/events.ts'

/** A consumer of the event stream. */
export interface Reporter {
  /** For the message when it breaks. */
  readonly name: string
  /** Takes every event, in order. */
  onEvent(event: RunEvent): void
  /** Writes what it has put off, for a process that is about to end without `close`. */
  flush?(): void
  /** Finishes what it has begun; no event follows. */
  close?(): Promise<void>
}
