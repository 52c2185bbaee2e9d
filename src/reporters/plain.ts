import { applyEvent, emptyRecord } from '../engine/records.ts'
import type { Clock } from '../util/clock.ts'
import type { CiDialect } from './ci-dialect.ts'
import { describeEvent } from './describe-event.ts'
import { formatFailures } from './failures.ts'
import { initialState, reduce } from './live-state.ts'
import { OutputTails, shownTail } from './output-tails.ts'
import { PlainLog } from './plain-log.ts'
import type { Reporter } from './reporter.ts'
import { ShownOutput } from './shown-output.ts'
import { statusLines } from './status-lines.ts'
import type { Terminal } from './terminal.ts'

/** Between two looks at how far the run is. */
const statusMs = 30_000
/** Of the output of a task in a section: what came before is in its log file. */
const sectionTail = 1_000

export interface PlainOptions {
  /** With it, what is running is told every half minute. */
  readonly clock?: Clock
  /** With it, the whole output of each task is a section, and failures are shown at their places. */
  readonly dialect?: CiDialect
}

/**
 * One line for each change of state, with the time since the run started and the task it belongs to on *every* line,
 * for CI and files. A task's output is shown only when it fails, and then its end. All failures are told again at the end.
 */
export function plainReporter(terminal: Terminal, { clock, dialect }: PlainOptions = {}): Reporter {
  const log = new PlainLog(terminal, dialect)
  const outputs = new OutputTails(dialect === undefined ? shownTail : sectionTail)
  const shownOutput = new ShownOutput()
  const record = emptyRecord()
  const closed = new AbortController()
  let state = initialState
  let isWatched = false
  let hasShownOutput = false

  const watch = async (of: Clock, startMs: number) => {
    for (;;) {
      await of.sleep(statusMs, closed.signal).catch(() => {})
      if (closed.signal.aborted || state.isFinished) return
      const nowMs = of.now() - startMs
      // What tests print shows well enough that they are running.
      const lines = hasShownOutput ? [] : statusLines(state, nowMs)
      hasShownOutput = false
      for (const { subject, text } of lines) log.print(nowMs, subject, text, 'muted')
    }
  }
  return {
    name: 'plain',
    onEvent: (event) => {
      const shown = shownOutput.of(event)
      if (shown !== undefined) {
        hasShownOutput = true
        terminal.write(`${shown}\n`)
        return
      }
      if (event.type === 'task-output') return outputs.add(event)
      if (clock !== undefined && !isWatched) {
        isWatched = true
        void watch(clock, clock.now() - event.at)
      }
      applyEvent(record, event)
      state = reduce(state, event)
      if (event.type === 'plan-ready') log.fit(event.tasks.map(({ id }) => id))
      if (event.type === 'run-finished') {
        for (const text of formatFailures(record, terminal)) log.print(event.at, 'kindling', text)
      }
      const output = event.type === 'task-finished' ? outputs.take(event.task) : []
      const told = describeEvent(event, output.slice(-shownTail))
      if (told === undefined) return
      if (event.type !== 'task-finished') return log.tell(event.at, told)
      log.tellEnd(event, told, {
        output,
        runStartedAt: record.started?.startedAt ?? 0,
        place: record.plan?.places?.[event.task],
      })
    },
    close: async () => closed.abort(),
  }
}
