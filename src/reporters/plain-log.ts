import { createColors } from 'picocolors'
import type { TaskFinished } from '../engine/events.ts'
import { formatDuration } from '../util/duration.ts'
import type { CiDialect } from './ci-dialect.ts'
import type { Description, Paint, Tone } from './describe-event.ts'
import { failurePlace } from './failure-place.ts'
import type { Terminal } from './terminal.ts'

/** No id is padded beyond this. */
const widestId = 40

/** What is known of the end of a task beside its event. */
export interface EndContext {
  /** All that is kept of its output. */
  readonly output: readonly string[]
  /** Wall-clock start of the run, milliseconds since the epoch. */
  readonly runStartedAt: number
  /** Where what the task is about stands, `file:line`. */
  readonly place: string | undefined
}

/** Lines of a log, each with the time since the run started and the task it belongs to. */
export class PlainLog {
  readonly #terminal: Terminal
  readonly #dialect: CiDialect | undefined
  readonly #tones: Record<Tone, Paint>
  readonly #dim: Paint
  #idWidth = 'kindling'.length

  constructor(terminal: Terminal, dialect: CiDialect | undefined) {
    const colors = createColors(terminal.color)
    this.#terminal = terminal
    this.#dialect = dialect
    this.#dim = colors.dim
    this.#tones = {
      start: colors.dim,
      good: colors.green,
      bad: colors.red,
      warning: colors.yellow,
      muted: colors.dim,
      plain: String,
    }
  }

  /** Makes room for these ids. */
  fit(ids: readonly string[]): void {
    this.#idWidth = Math.max(this.#idWidth, ...ids.map((id) => Math.min(id.length, widestId)))
  }

  print(atMs: number, subject: string, text: string, tone: Tone = 'plain'): void {
    this.#terminal.write(`${this.#line(atMs, subject, text, tone)}\n`)
  }

  /** A line for what happened, and one for each of its details. */
  tell(atMs: number, { subject, text, details, tone }: Description): void {
    this.print(atMs, subject, text, tone)
    this.#printDetails(atMs, subject, details)
  }

  /** The same for the end of a task; in CI with all its output, and at its place in the code where it failed. */
  tellEnd(event: TaskFinished, told: Description, { output, runStartedAt, place }: EndContext): void {
    const { at, task, durationMs, failure } = event
    const { subject, text, details, tone } = told
    const endedAt = runStartedAt + at
    const times = { startedAt: endedAt - durationMs, endedAt }
    const title = this.#line(at, subject, text, tone)
    const section =
      output.length === 0 ? undefined : this.#dialect?.section({ task, title, lines: output, ...times })
    this.#terminal.write(section ?? `${title}\n`)
    this.#printDetails(at, subject, details)
    const annotation = this.#dialect?.annotation?.(event, failurePlace(failure, place))
    if (annotation !== undefined) this.#terminal.write(annotation)
  }

  #printDetails(atMs: number, subject: string, details: readonly string[]): void {
    for (const detail of details) this.print(atMs, subject, `  | ${detail}`.trimEnd())
  }

  #line(atMs: number, subject: string, text: string, tone: Tone): string {
    const inert = this.#dialect?.inert(text) ?? text
    const elapsed = this.#dim(`[${formatDuration(atMs).padStart(7)}]`)
    return `${elapsed} ${subject.padEnd(this.#idWidth)}  ${this.#tones[tone](inert)}`
  }
}
