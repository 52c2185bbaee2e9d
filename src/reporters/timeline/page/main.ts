import type { TimelineData } from '../data.ts'
import { buildSection } from './builds.ts'
import { comparisonSection } from './comparison.ts'
import { detailsPanel } from './details.ts'
import { el } from './dom.ts'
import { Gantt } from './gantt.ts'
import { failureList, pageHeader } from './header.ts'
import { installKeyboard } from './keyboard.ts'
import { pathSections } from './path.ts'
import { Selection } from './selection.ts'
import { TaskTable } from './task-table.ts'

drawPage(JSON.parse(document.getElementById('data')?.textContent ?? '') as TimelineData)

function drawPage(data: TimelineData): void {
  const selection = new Selection()
  const gantt = new Gantt(data, selection)
  const goTo = (task: number) => gantt.goTo(task)
  const table = new TaskTable(data, goTo)
  const find = el('input', { type: 'search', placeholder: 'find a task', 'aria-label': 'Find a task' })
  const critical = el('input', { type: 'checkbox' })
  const filter = () => {
    const words = find.value.trim().toLowerCase()
    const isWanted = (index: number) => {
      const { id = '', isCritical = false } = data.tasks[index] ?? {}
      return id.toLowerCase().includes(words) && (isCritical || !critical.checked)
    }
    gantt.filter(isWanted)
    table.filter(isWanted)
  }
  find.addEventListener('input', filter)
  critical.addEventListener('change', filter)
  installKeyboard(gantt, selection, { find, critical })

  document.body.append(
    el('a', { class: 'skip', href: '#tasks' }, 'skip the chart'),
    pageHeader(data),
    el(
      'main',
      {},
      ...failureList(data),
      el(
        'section',
        { class: 'timeline' },
        el(
          'div',
          { class: 'toolbar' },
          el('h2', {}, 'Timeline'),
          legend(data),
          el('label', {}, critical, 'critical path only'),
          find,
          zoomButtons(gantt),
        ),
        el('div', { class: 'board' }, gantt.element, detailsPanel(data, selection, goTo)),
      ),
      pathSections(data, goTo),
      ...comparisonSection(data),
      ...buildSection(data),
      table.element,
      ...notes(data),
    ),
  )
  gantt.draw()
}

function zoomButtons({ zoom }: Gantt): HTMLElement {
  const button = (text: string, title: string, action: () => void) => {
    const element = el('button', { type: 'button', title, 'aria-label': title }, text)
    element.addEventListener('click', action)
    return element
  }
  return el(
    'span',
    { class: 'zoom', role: 'group', 'aria-label': 'Zoom' },
    button('−', 'zoom out (-)', () => zoom.by(1 / 1.5)),
    button('0', 'show everything (0)', () => zoom.to(1)),
    button('+', 'zoom in (+)', () => zoom.by(1.5)),
  )
}

/** How the signs are meant, as far as they are there. */
function legend({ tasks, clusterIdle, comparison }: TimelineData): HTMLElement {
  const outcomes = new Set(tasks.map(({ outcome }) => outcome))
  const entries = [
    ['critical', 'critical path', true],
    ['other', 'other', true],
    ['reused', 'reused', outcomes.has('reused')],
    ['bad', 'failed', outcomes.has('failed') || outcomes.has('timed-out')],
    ['idle', 'cluster idle', clusterIdle.length > 0],
    ['earlier', 'before', comparison !== undefined],
  ] as const
  const shown = entries.filter(([, , isThere]) => isThere)
  return el(
    'ul',
    { class: 'legend', 'aria-label': 'Legend' },
    ...shown.map(([name, text]) => el('li', {}, el('i', { class: name }), text)),
  )
}

function notes({ notes: all }: TimelineData): HTMLElement[] {
  if (all.length === 0) return []
  return [
    el(
      'section',
      {},
      el('h2', {}, 'Notes'),
      el('ul', { class: 'notes' }, ...all.map((text) => el('li', {}, text))),
    ),
  ]
}
