import { createColors } from 'picocolors'
import type { RunEvent } from '../engine/events.ts'
import { applyEvent, emptyRecord } from '../engine/records.ts'
import type { Clock } from '../util/clock.ts'
import { type Description, describeEvent, type Paint, type Tone } from './describe-event.ts'
import { formatFailures } from './failures.ts'
import { initialState, reduce } from './live-state.ts'
import { view } from './live-view.ts'
import { OutputTails } from './output-tails.ts'
import type { Reporter } from './reporter.ts'
import { shownOutput } from './shown-output.ts'
import type { Terminal } from './terminal.ts'

const frameMs = 100

/** Told to the terminal so that it shows a frame only when it is complete. */
const beginFrame = '\u001b[?2026h'
const endFrame = '\u001b[?2026l'

/**
 * For a person in front of a terminal: what has ended scrolls away, what is running stays at the bottom. The window
 * is drawn at most ten times a second, each time in one write. `close` leaves the lines and the cursor below them.
 */
export async function liveReporter(terminal: Terminal, clock: Clock): Promise<Reporter> {
  // Only who has a terminal pays for it.
  const { createLogUpdate } = await import('log-update')
  let frame = ''
  const draft = {
    write: (text: string) => {
      frame += text
      return true
    },
    get columns() {
      return terminal.columns
    },
    get rows() {
      return terminal.rows
    },
  }
  // The cursor is left alone: hidden, it would stay so after a kill.
  const window = createLogUpdate(draft as unknown as NodeJS.WritableStream, { showCursor: true })

  const tails = new OutputTails()
  const record = emptyRecord()
  const closed = new AbortController()
  let state = initialState
  let scrolling: string[] = []
  let startMs: number | undefined

  const draw = () => {
    frame = ''
    if (scrolling.length > 0) {
      window.clear()
      draft.write(`${scrolling.join('\n')}\n`)
      scrolling = []
    }
    const { columns, rows, color } = terminal
    const lines = view(state, { columns, rows, color, nowMs: clock.now() - (startMs ?? clock.now()) })
    if (lines.length > 0) window(lines.join('\n'))
    else window.clear()
    if (frame !== '') terminal.write(beginFrame + frame + endFrame)
  }
  const tick = async () => {
    while (!closed.signal.aborted) {
      draw()
      await clock.sleep(frameMs, closed.signal).catch(() => {})
    }
  }
  const ticking = tick()

  return {
    name: 'live',
    onEvent: (event) => {
      startMs ??= clock.now() - event.at
      state = reduce(state, event)
      applyEvent(record, event)
      const shown = shownOutput(event, record)
      if (shown === undefined) tails.add(event)
      else scrolling.push(shown)
      if (event.type === 'run-finished') scrolling.push(...formatFailures(record, terminal))
      scrolling.push(...scrolled(event, tails, terminal.color))
    },
    close: async () => {
      closed.abort()
      await ticking
      draw()
      frame = ''
      window.clear()
      if (frame !== '') terminal.write(frame)
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
