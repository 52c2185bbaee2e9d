import { formatDuration } from '../../../util/duration.ts'
import type { TimelineData, TimelineTask } from '../data.ts'
import { el, place } from './dom.ts'
import type { Selection } from './selection.ts'
import { describeTask, isBad, leastWaitMs, lengthMs, waitedMs } from './words.ts'

/** A row of the chart. */
export interface GanttRow {
  readonly row: HTMLElement
  /** What is pointed at and gets the focus. */
  readonly bar: HTMLElement
}

/** A task as a row: its name, how long it was kept waiting, its bar with its instructions, and how long it took. */
export function ganttRow(data: TimelineData, index: number, selection: Selection): GanttRow {
  const task = data.tasks[index]
  if (task === undefined) throw new Error(`Internal error: no task ${index}`)
  const { wallMs } = data
  const bar = el('div', {
    class: `bar phase-${task.colour} ${stateOf(task)}${task.isCritical ? ' critical' : ''}`,
    tabindex: 0,
    role: 'img',
    'aria-label': describeTask(task),
  })
  const track = el('div', { class: 'track' })
  if (task.time === undefined) {
    bar.classList.add('never')
    bar.append(task.outcome)
    track.append(bar)
  } else {
    const [startMs, endMs] = task.time
    if (waitedMs(task) >= leastWaitMs) track.append(placed('wait', task.readyMs, startMs, wallMs))
    if (task.beforeMs !== undefined) {
      track.append(placed('before', startMs, Math.min(wallMs, startMs + task.beforeMs), wallMs))
    }
    place(bar, startMs, endMs, wallMs)
    bar.append(...seams(task))
    const took = el('span', { class: 'took' }, formatDuration(endMs - startMs))
    took.style.left = `${wallMs > 0 ? (100 * endMs) / wallMs : 0}%`
    track.append(bar, took)
  }
  const label = el(
    'div',
    { class: 'label', title: task.id },
    ...(task.isCritical ? [el('span', { class: 'mark' }, '◆')] : []),
    task.id,
  )
  const row = el('div', { class: `row${task.isCritical ? ' critical' : ''}` }, label, track)
  row.addEventListener('pointerenter', () => selection.hover(index))
  row.addEventListener('pointerleave', () => selection.hover(undefined))
  bar.addEventListener('focus', () => selection.focus(index))
  row.addEventListener('click', () => bar.focus({ preventScroll: true }))
  return { row, bar }
}

/** Where one instruction ends and the next begins. */
function seams({ parts, time }: TimelineTask): HTMLElement[] {
  const wholeMs = lengthMs(time)
  const [startMs = 0] = time ?? []
  return parts
    .filter(({ time: [, toMs] }) => toMs - startMs < wholeMs && toMs > startMs)
    .map(({ time: [, toMs] }) => {
      const seam = el('i')
      seam.style.left = `${(100 * (toMs - startMs)) / wholeMs}%`
      return seam
    })
}

function stateOf({ outcome }: TimelineTask): string {
  return isBad(outcome) ? 'bad' : outcome
}

function placed(name: string, startMs: number, endMs: number, wholeMs: number): HTMLElement {
  const element = el('div', { class: name })
  place(element, startMs, endMs, wholeMs)
  return element
}
