import { writeWhole } from '../../util/write-whole.ts'
import type { Reporter } from '../reporter.ts'
import { addEvent, emptyDetails } from '../run-details.ts'

/** Writes the timeline of a run to a file of its owner's once it is over, and tells so. */
export function timelineReporter(file: string, onWritten: () => void): Reporter {
  const details = emptyDetails()
  return {
    name: 'timeline',
    onEvent: (event) => addEvent(details, event),
    close: async () => {
      if (details.record.finished === undefined) return
      const [{ timelineData }, { pageScript }, { renderPage }, { style }] = await Promise.all([
        import('./data-of-run.ts'),
        import('./page-script.ts'),
        import('./render-page.ts'),
        import('./style.ts'),
      ])
      writeWhole(file, renderPage(timelineData(details), { style, script: pageScript() }), 0o600)
      onWritten()
    },
  }
}
