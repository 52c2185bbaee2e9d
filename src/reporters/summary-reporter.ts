import { applyEvent, emptyRecord } from '../engine/records.ts'
import type { Reporter } from './reporter.ts'
import { formatSummary } from './summary.ts'
import type { Terminal } from './terminal.ts'

/** Prints where the time went, once the run is over. */
export function summaryReporter(terminal: Terminal): Reporter {
  const record = emptyRecord()
  return {
    name: 'summary',
    onEvent: (event) => applyEvent(record, event),
    close: async () => {
      if (record.finished === undefined) return
      terminal.write(`\n${formatSummary(record, { columns: terminal.columns, color: terminal.color })}`)
    },
  }
}
