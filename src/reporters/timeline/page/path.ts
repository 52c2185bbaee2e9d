import { formatDuration } from '../../../util/duration.ts'
import type { TimelineData } from '../data.ts'
import { el } from './dom.ts'
import { formatShare, leastWaitMs, lengthMs } from './words.ts'

const nothingToSave = 'No single instruction or wait is worth leaving out.'
const onlyAfterSuccess = 'What parts of the work cost is only known for a run that succeeds.'

/** The chain of tasks that decided how long the run took, as bars, and what would have made it shorter. */
export function pathSections(data: TimelineData, goTo: (task: number) => void): HTMLElement {
  return el('div', { class: 'columns' }, criticalPath(data, goTo), savings(data, goTo))
}

function criticalPath({ path, tasks, wallMs }: TimelineData, goTo: (task: number) => void): HTMLElement {
  const steps = path.steps.flatMap(({ task, waitedMs }) => {
    const { id, time, colour } = tasks[task] ?? {}
    if (id === undefined || colour === undefined) return []
    const tookMs = lengthMs(time)
    const bar = el('i', { class: `phase-${colour}` })
    bar.style.width = `${(100 * tookMs) / Math.max(1, wallMs)}%`
    const button = el('button', { type: 'button' }, id)
    button.addEventListener('click', () => goTo(task))
    const waited = waitedMs >= leastWaitMs ? `after ${formatDuration(waitedMs)} of waiting` : ''
    return [
      el(
        'li',
        {},
        button,
        el('small', {}, waited),
        el('span', {}, `${formatDuration(tookMs)} ${formatShare(tookMs, wallMs)}`),
        el('div', {}, bar),
      ),
    ]
  })
  return el(
    'section',
    {},
    el('h2', {}, 'Critical path'),
    el(
      'p',
      {},
      `With any number of processors the same work takes ${formatDuration(path.busyMs)}; this run took ${formatDuration(wallMs)}.`,
    ),
    el('ol', { class: 'path' }, ...steps),
  )
}

function savings({ savings: all, wallMs, outcome }: TimelineData, goTo: (task: number) => void): HTMLElement {
  const items = all.map(({ task, what, where, savedMs }) => {
    const bar = el('i')
    bar.style.width = `${(100 * savedMs) / Math.max(1, wallMs)}%`
    const button = el('button', { type: 'button', title: what }, what)
    button.addEventListener('click', () => goTo(task))
    return el(
      'li',
      {},
      button,
      el('small', {}, where ?? ''),
      el('span', {}, `${formatDuration(savedMs)} ${formatShare(savedMs, wallMs)}`),
      el('div', {}, bar),
    )
  })
  return el(
    'section',
    { class: 'savings' },
    el('h2', {}, 'What if'),
    items.length === 0
      ? el('p', {}, outcome === 'succeeded' ? nothingToSave : onlyAfterSuccess)
      : el('p', {}, 'How much shorter the run would have been without:'),
    el('ol', { class: 'path' }, ...items),
  )
}
