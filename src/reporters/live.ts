import { createColors } from 'picocolors'
import type { RunEvent } from '../engine/events.ts'
import { applyEvent, emptyRecord } from '../engine/records.ts'
import type { Clock } from '../util/clock.ts'
import { type Description, describeEvent, type Paint, type Tone } from './describe-event.ts'
import { formatFailures } from './failures.ts'
import { initialState, oneLine, reduce } from './live-state.ts'
import { view } from './live-view.ts'
import { OutputTails } from './output-tails.ts'
import type { Reporter } from './reporter.ts'
import { ShownOutput } from './shown-output.ts'
import type { Terminal } from './terminal.ts'
import { Window } from './window.ts'

const frameMs = 100

/** A reporter that has a part of the terminal for itself. */
export interface LiveReporter extends Reporter {
  /** Writes a line that stays, above the window: whoever wrote it to the terminal would tear the window apart. */
  print(line: string): void
}

/**
 * For a person in front of a terminal: what has ended scrolls away, what is running stays at the bottom. The window
 * is drawn at most ten times a second, each time in one write. `close` leaves the lines and the cursor below them.
 */
export function liveReporter(terminal: Terminal, clock: Clock): LiveReporter {
  const window = new Window()
  const tails = new OutputTails()
  const shownOutput = new ShownOutput()
  const record = emptyRecord()
  const closed = new AbortController()
  let state = initialState
  let scrolling: string[] = []
  const createdMs = clock.now()
  let startMs: number | undefined

  const lastLine = (task: string) => oneLine(tails.last(task))
  const write = (rows: readonly string[]) => {
    const frame = window.frame(scrolling, rows, terminal.columns)
    scrolling = []
    if (frame !== '') terminal.write(frame)
  }
  const draw = () => {
    const { columns, rows, color } = terminal
    write(view(state, { columns, rows, color, nowMs: clock.now() - (startMs ?? createdMs), lastLine }))
  }
  let failure: unknown
  const tick = async () => {
    try {
      while (!closed.signal.aborted) {
        draw()
        await clock.sleep(frameMs, closed.signal).catch(() => {})
      }
    } catch (error) {
      failure = error
    }
  }
  const ticking = tick()

  return {
    name: 'live',
    onEvent: (event) => {
      // Nobody waits for a frame: whoever brings the next event is told.
      if (failure !== undefined) throw failure
      startMs ??= clock.now() - event.at
      const shown = shownOutput.of(event)
      if (shown !== undefined) scrolling.push(shown)
      else tails.add(event)
      if (event.type === 'task-output') return
      state = reduce(state, event)
      applyEvent(record, event)
      if (event.type === 'run-finished') scrolling.push(...formatFailures(record, terminal))
      scrolling.push(...scrolled(event, tails, terminal.color))
    },
    print: (line) => {
      scrolling.push(line)
      draw()
    },
    close: async () => {
      closed.abort()
      await ticking
      write([])
    },
  }
}

/** The lines of an event that stay. That a task started is seen in the window. */
function scrolled(event: RunEvent, tails: OutputTails, color: boolean): string[] {
  if (event.type === 'task-started') return []
  const told = describeEvent(event, event.type === 'task-finished' ? tails.take(event.task) : [])
  return told ? paint(told, color) : []
}

function paint({ subject, text, details, tone }: Description, color: boolean): string[] {
  const colors = createColors(color)
  const signs: Record<Tone, readonly [sign: string, paint: Paint]> = {
    start: ['·', colors.dim],
    good: ['✓', colors.green],
    bad: ['✗', colors.red],
    warning: ['!', colors.yellow],
    muted: ['-', colors.dim],
    plain: ['·', colors.dim],
  }
  const [sign, inTone] = signs[tone]
  return [
    `${inTone(sign)} ${subject}  ${tone === 'bad' ? colors.red(text) : colors.dim(text)}`,
    ...details.map((detail) => `    ${colors.dim(detail)}`),
  ]
}
