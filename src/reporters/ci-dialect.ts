import type { TaskFinished } from '../engine/events.ts'

/** The whole output of a task that has ended. */
export interface OutputSection {
  readonly task: string
  /** One line, which is all that is seen of it until it is unfolded. */
  readonly title: string
  readonly lines: readonly string[]
  /** Wall-clock times, milliseconds since the epoch. */
  readonly startedAt: number
  readonly endedAt: number
}

/** What a CI system makes of a job's log, beyond showing it. */
export interface CiDialect {
  /** A section that is folded at first, as text with its line ends. */
  section(section: OutputSection): string
  /** Text that stands for itself, and not for anything that the system would do. */
  inert(text: string): string
  /** A failure to be shown at its place, `file:line`, as text with its line end; `undefined` for a task that has not failed. */
  annotation?(event: TaskFinished, place: string | undefined): string | undefined
}
