import { formatDuration } from '../../../util/duration.ts'
import type { TimelineData, TimelineTask } from '../data.ts'
import { partBars } from './details.ts'
import { el, place } from './dom.ts'
import { lengthMs } from './words.ts'

/** Of more builds, the longest. */
const mostBuilds = 50

/** Every build that built something, longest first: where in it the time went, by instruction. */
export function buildSection({ tasks }: TimelineData): HTMLElement[] {
  const builds = tasks
    .filter(({ parts }) => parts.length > 0)
    .sort((a, b) => lengthMs(b.time) - lengthMs(a.time))
  if (builds.length === 0) return []
  const longestMs = lengthMs(builds[0]?.time)
  return [
    el(
      'section',
      { class: 'builds' },
      el('h2', {}, 'Builds by instruction'),
      ...builds.slice(0, mostBuilds).map((build) => buildRow(build, longestMs)),
    ),
  ]
}

function buildRow(build: TimelineTask, longestMs: number): HTMLElement {
  const { id, parts, time, colour } = build
  const [startMs = 0] = time ?? []
  const whole = el('div', { class: `whole phase-${colour}` })
  whole.style.width = `${(100 * lengthMs(time)) / Math.max(1, longestMs)}%`
  for (const { text, time: part } of parts) {
    const segment = el('i', { title: `${text}: ${formatDuration(lengthMs(part))}` })
    place(segment, part[0] - startMs, part[1] - startMs, lengthMs(time))
    whole.append(segment)
  }
  const longest = parts.toSorted((a, b) => lengthMs(b.time) - lengthMs(a.time)).slice(0, 8)
  return el(
    'details',
    {},
    el(
      'summary',
      {},
      el('b', {}, id),
      el('span', {}, formatDuration(lengthMs(time))),
      el('div', { class: 'strip' }, whole),
    ),
    partBars(longest, build),
  )
}
