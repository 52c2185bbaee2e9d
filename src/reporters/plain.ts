import { createColors } from 'picocolors'
import type { RunEvent } from '../engine/events.ts'
import { applyEvent, emptyRecord } from '../engine/records.ts'
import { formatDuration } from '../util/duration.ts'
import { describeEvent, type Paint, type Tone } from './describe-event.ts'
import { formatFailures } from './failures.ts'
import { OutputTails } from './output-tails.ts'
import type { Reporter } from './reporter.ts'
import { shownOutput } from './shown-output.ts'
import type { Terminal } from './terminal.ts'

/** No id is padded beyond this. */
const widestId = 40

/**
 * One line for each change of state, with the time since the run started and the task it belongs to on *every* line,
 * for CI and files. A task's output is shown only when it fails, and then its end. All failures are told again at the end.
 */
export function plainReporter(terminal: Terminal): Reporter {
  const colors = createColors(terminal.color)
  const tones: Record<Tone, Paint> = {
    start: colors.dim,
    good: colors.green,
    bad: colors.red,
    warning: colors.yellow,
    muted: colors.dim,
    plain: String,
  }
  const tails = new OutputTails()
  const record = emptyRecord()
  let idWidth = 'kindling'.length

  const print = (event: RunEvent, subject: string, text: string) => {
    const elapsed = formatDuration(event.at).padStart(7)
    terminal.write(`${colors.dim(`[${elapsed}]`)} ${subject.padEnd(idWidth)}  ${text}\n`)
  }
  return {
    name: 'plain',
    onEvent: (event) => {
      applyEvent(record, event)
      const shown = shownOutput(event, record)
      if (shown !== undefined) {
        terminal.write(`${shown}\n`)
        return
      }
      tails.add(event)
      if (event.type === 'plan-ready') {
        const lengths = event.tasks.map(({ id }) => Math.min(id.length, widestId))
        idWidth = Math.max(idWidth, ...lengths)
      }
      if (event.type === 'run-finished') {
        for (const text of formatFailures(record, terminal)) print(event, 'kindling', text)
      }
      const tail = event.type === 'task-finished' ? tails.take(event.task) : []
      const told = describeEvent(event, tail)
      if (!told) return
      print(event, told.subject, tones[told.tone](told.text))
      for (const detail of told.details) print(event, told.subject, `  | ${detail}`)
    },
  }
}
