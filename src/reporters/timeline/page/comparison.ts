import { formatDuration } from '../../../util/duration.ts'
import type { TimelineChange, TimelineData } from '../data.ts'
import { el } from './dom.ts'
import { formatChange } from './words.ts'

/** The run beside the one it is compared with, phase by phase; tasks are compared in the table. */
export function comparisonSection({ comparison }: TimelineData): HTMLElement[] {
  if (comparison === undefined) return []
  const longestMs = Math.max(
    1,
    ...comparison.changes.flatMap(({ beforeMs = 0, afterMs = 0 }) => [beforeMs, afterMs]),
  )
  const heads = ['', 'before', 'after', 'change', ''].map((title) => el('th', { scope: 'col' }, title))
  return [
    el(
      'section',
      { class: 'comparison' },
      el('h2', {}, 'Compared'),
      el('p', {}, `Before: ${comparison.title}, ${new Date(comparison.startedAt).toLocaleString()}`),
      el(
        'table',
        {},
        el('thead', {}, el('tr', {}, ...heads)),
        el('tbody', {}, ...comparison.changes.map((change) => changeRow(change, longestMs))),
      ),
    ),
  ]
}

function changeRow({ name, beforeMs, afterMs }: TimelineChange, longestMs: number): HTMLElement {
  const bars = [beforeMs, afterMs].map((ms, index) => {
    const bar = el('i', { class: index === 0 ? 'earlier' : 'later' })
    bar.style.width = `${(100 * (ms ?? 0)) / longestMs}%`
    return bar
  })
  const change = formatChange(beforeMs, afterMs)
  return el(
    'tr',
    {},
    el('th', { scope: 'row' }, name),
    el('td', {}, beforeMs === undefined ? '–' : formatDuration(beforeMs)),
    el('td', {}, afterMs === undefined ? '–' : formatDuration(afterMs)),
    el('td', { class: change.startsWith('-') ? 'faster' : change === '' ? '' : 'slower' }, change),
    el('td', { class: 'pair' }, ...bars),
  )
}
