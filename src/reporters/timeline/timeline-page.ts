import type { RunEvent } from '../../engine/events.ts'
import type { FormatOptions } from '../format.ts'
import { detailsOf } from '../run-details.ts'
import { timelineData } from './data-of-run.ts'
import { pageScript } from './page-script.ts'
import { renderPage } from './render-page.ts'
import { style } from './style.ts'

/** The timeline of a run as one HTML file. */
export function timelinePage(events: Iterable<RunEvent>, options: FormatOptions = {}): string {
  return renderPage(timelineData(detailsOf(events), options), { style, script: pageScript() })
}
