import { formatDuration } from '../../../util/duration.ts'
import type { TimelineData, TimelineFailure, TimelinePart, TimelineTask } from '../data.ts'
import { el, place } from './dom.ts'
import type { Selection } from './selection.ts'
import { formatChange, formatShare, isBad, leastWaitMs, lengthMs, waitedMs } from './words.ts'

/** A panel that tells everything of the task that is looked at; `goTo` brings another one into view. */
export function detailsPanel(
  data: TimelineData,
  selection: Selection,
  goTo: (task: number) => void,
): HTMLElement {
  const panel = el('aside', { class: 'details', 'aria-label': 'The selected task', 'aria-live': 'polite' })
  const neededBy = data.tasks.map((): number[] => [])
  for (const [index, { needs }] of data.tasks.entries()) {
    for (const need of needs) neededBy[need]?.push(index)
  }
  const links = (title: string, places: readonly number[]) =>
    places.length === 0
      ? []
      : [el('dt', {}, title), el('dd', { class: 'links' }, ...places.map((task) => link(data, task, goTo)))]
  const draw = (index: number | undefined) => {
    const task = index === undefined ? undefined : data.tasks[index]
    if (task === undefined || index === undefined) {
      panel.replaceChildren(hint())
      return
    }
    panel.replaceChildren(
      el('h3', {}, task.id),
      chips(task),
      el(
        'dl',
        {},
        ...figures(task, data),
        ...links('needs', task.needs),
        ...links('needed by', neededBy[index] ?? []),
      ),
      ...(task.failure === undefined ? [] : [failureText(task.failure)]),
      ...(task.parts.length === 0 ? [] : [el('h4', {}, 'instructions'), partBars(task.parts, task)]),
    )
  }
  selection.onChange(draw)
  draw(undefined)
  return panel
}

/** What went wrong, where, and what to do. */
export function failureText({ message, code, where, detail, hint: advice }: TimelineFailure): HTMLElement {
  return el(
    'div',
    { class: 'failure' },
    el('p', {}, message, ' ', el('code', {}, code)),
    ...(where === undefined ? [] : [el('p', {}, 'at ', el('code', {}, where))]),
    ...(advice === undefined ? [] : [el('p', {}, el('b', {}, 'hint: '), advice)]),
    ...(detail === undefined ? [] : [el('pre', { tabindex: 0 }, el('span', {}, detail))]),
  )
}

/** Each instruction with its share of the task, as a bar where it lies in it. */
export function partBars(parts: readonly TimelinePart[], task: TimelineTask): HTMLElement {
  const [startMs = 0] = task.time ?? []
  const wholeMs = lengthMs(task.time)
  return el(
    'ol',
    { class: `parts phase-${task.colour}` },
    ...parts.map(({ text, time: [fromMs, toMs] }) => {
      const bar = el('i')
      place(bar, fromMs - startMs, toMs - startMs, wholeMs)
      const took = `${formatDuration(toMs - fromMs)} ${formatShare(toMs - fromMs, wholeMs)}`
      return el('li', {}, el('code', { title: text }, text), el('span', {}, took), el('div', {}, bar))
    }),
  )
}

function chips({ outcome, isCritical, attempts }: TimelineTask): HTMLElement {
  return el(
    'p',
    { class: 'chips' },
    el('span', { class: `chip ${isBad(outcome) ? 'bad' : outcome}` }, outcome),
    ...(isCritical ? [el('span', { class: 'chip critical' }, '◆ critical path')] : []),
    ...(attempts > 1 ? [el('span', { class: 'chip' }, `${attempts} attempts`)] : []),
  )
}

function figures(task: TimelineTask, { wallMs }: TimelineData): HTMLElement[] {
  const { time, expectedMs, beforeMs } = task
  if (time === undefined) return []
  const tookMs = lengthMs(time)
  const rows: (readonly [string, string])[] = [
    ['took', `${formatDuration(tookMs)}, ${formatShare(tookMs, wallMs)} of the run`],
    ['start, end', `${formatDuration(time[0])} – ${formatDuration(time[1])}`],
    ...(waitedMs(task) >= leastWaitMs
      ? [['waited', `${formatDuration(waitedMs(task))} although all it needs was there`] as const]
      : []),
    ...(expectedMs === undefined
      ? []
      : [['usually', `${formatDuration(expectedMs)} ${formatChange(expectedMs, tookMs)}`] as const]),
    ...(beforeMs === undefined
      ? []
      : [['before', `${formatDuration(beforeMs)} ${formatChange(beforeMs, tookMs)}`] as const]),
  ]
  return rows.flatMap(([name, value]) => [el('dt', {}, name), el('dd', {}, value)])
}

function link({ tasks }: TimelineData, task: number, goTo: (task: number) => void): HTMLElement {
  const button = el('button', { type: 'button' }, tasks[task]?.id ?? '')
  button.addEventListener('click', () => goTo(task))
  return button
}

function hint(): HTMLElement {
  const key = (name: string) => el('kbd', {}, name)
  return el(
    'div',
    { class: 'hint' },
    el(
      'p',
      {},
      'Point at a task, or go to it with the keyboard, to see what it needs and where its time went.',
    ),
    el(
      'ul',
      {},
      el('li', {}, key('Tab'), ' ', key('↑'), ' ', key('↓'), ' next task, previous task'),
      el('li', {}, key('+'), ' ', key('-'), ' ', key('0'), ' zoom in, out, show all'),
      el('li', {}, key('←'), ' ', key('→'), ' earlier, later'),
      el('li', {}, key('/'), ' find, ', key('c'), ' only the critical path'),
    ),
  )
}
