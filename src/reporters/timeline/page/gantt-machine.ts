import { formatBytes } from '../../../util/bytes.ts'
import type { TimelineMachine } from '../data.ts'
import { el, svg } from './dom.ts'

/** Two curves below the tasks, on the same scale: how busy the processors were, and the memory. */
export function machineRows({ samples, memoryTotalBytes }: TimelineMachine, wallMs: number): HTMLElement[] {
  const cpu = samples.map(([atMs, share]) => [atMs, share] as const)
  const memory = samples.map(([atMs, , bytes]) => [atMs, bytes / memoryTotalBytes] as const)
  const mostBytes = Math.max(...samples.map(([, , bytes]) => bytes))
  const peak = Math.round(100 * Math.max(...cpu.map(([, share]) => share)))
  return [
    curveRow('CPU', `peak ${peak}%`, 'cpu', cpu, wallMs),
    curveRow(
      'memory',
      `peak ${formatBytes(mostBytes)} of ${formatBytes(memoryTotalBytes)}`,
      'memory',
      memory,
      wallMs,
    ),
  ]
}

function curveRow(
  title: string,
  figure: string,
  name: string,
  points: readonly (readonly [atMs: number, share: number])[],
  wallMs: number,
): HTMLElement {
  const [first] = points
  // A sample tells of the time before it.
  const all = first === undefined ? [] : [[0, first[1]] as const, ...points]
  const line = all.map(([atMs, share], index) => `${index === 0 ? 'M' : 'L'}${atMs},${1 - share}`).join('')
  const endMs = all.at(-1)?.[0] ?? 0
  const drawing = svg(
    'svg',
    { viewBox: `0 0 ${Math.max(1, wallMs)} 1`, preserveAspectRatio: 'none', 'aria-hidden': 'true' },
    svg('path', { class: 'area', d: `${line}L${endMs},1L0,1Z` }),
    svg('path', { class: 'line', d: line }),
  )
  return el(
    'div',
    { class: `row machine ${name}` },
    el('div', { class: 'label', title: figure }, title, ' ', el('small', {}, figure)),
    el('div', { class: 'track', role: 'img', 'aria-label': `${title}, ${figure}` }, drawing),
  )
}
