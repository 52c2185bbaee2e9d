import { formatBytes } from '../../../util/bytes.ts'
import { formatDuration } from '../../../util/duration.ts'
import type { TimelineData } from '../data.ts'
import { failureText } from './details.ts'
import { el } from './dom.ts'
import { formatChange, formatShare, isBad, lengthMs } from './words.ts'

/** What the run was, how it ended, and its figures. */
export function pageHeader(data: TimelineData): HTMLElement {
  const { title, outcome, strategy, startedAt, run } = data
  const date = new Date(startedAt)
  const about = [strategy, startedAt === 0 ? '' : date.toLocaleString(), run].filter((text) => text !== '')
  return el(
    'header',
    {},
    el(
      'div',
      { class: 'title' },
      el('h1', {}, el('span', {}, 'kindling '), title),
      el('span', { class: `chip ${outcome === 'succeeded' ? outcome : 'bad'}` }, outcome),
    ),
    el('p', { class: 'about' }, about.join(' · ')),
    el(
      'dl',
      { class: 'figures' },
      ...figuresOf(data).map(([name, value, more]) =>
        el(
          'div',
          {},
          el('dt', {}, name),
          el('dd', {}, value, ...(more === '' ? [] : [' ', el('small', {}, more)])),
        ),
      ),
    ),
  )
}

/** Every task that failed, with all that is known; what was blocked by them is in the table. */
export function failureList({ tasks }: TimelineData): HTMLElement[] {
  const failed = tasks.filter(({ outcome }) => isBad(outcome))
  if (failed.length === 0) return []
  const items = failed.map(({ id, failure }) =>
    el('article', {}, el('h3', {}, id), ...(failure === undefined ? [] : [failureText(failure)])),
  )
  return [
    el('section', { class: 'failures', 'aria-label': 'What failed' }, el('h2', {}, 'What failed'), ...items),
  ]
}

function figuresOf(data: TimelineData): (readonly [name: string, value: string, more: string])[] {
  const { wallMs, path, clusterIdle, machine, tasks, comparison } = data
  const idleMs = clusterIdle.reduce((sum, stretch) => sum + lengthMs(stretch), 0)
  const reused = tasks.filter(({ outcome }) => outcome === 'reused').length
  const cpus = machine?.samples.map(([, cpu]) => cpu) ?? []
  const mean = cpus.reduce((sum, cpu) => sum + cpu, 0) / Math.max(1, cpus.length)
  const memory = Math.max(0, ...(machine?.samples.map(([, , bytes]) => bytes) ?? []))
  const before = comparison?.changes[0]?.beforeMs
  return [
    [
      'run',
      formatDuration(wallMs),
      before === undefined ? '' : `${formatChange(before, wallMs)}, before ${formatDuration(before)}`,
    ],
    ['critical path', formatDuration(path.busyMs), formatShare(path.busyMs, wallMs)],
    ['waited on it', formatDuration(path.waitedMs), formatShare(path.waitedMs, wallMs)],
    ...(clusterIdle.length === 0
      ? []
      : [['cluster idle', formatDuration(idleMs), formatShare(idleMs, wallMs)] as const]),
    ['tasks', `${tasks.length}`, reused === 0 ? '' : `${reused} reused`],
    ...(cpus.length === 0
      ? []
      : [
          [
            'CPU',
            `${Math.round(100 * mean)}%`,
            `mean, peak ${Math.round(100 * Math.max(...cpus))}%`,
          ] as const,
          ['memory', formatBytes(memory), 'peak'] as const,
        ]),
  ]
}
