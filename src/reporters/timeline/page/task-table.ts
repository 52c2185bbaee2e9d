import { formatDuration } from '../../../util/duration.ts'
import type { TimelineData, TimelineTask } from '../data.ts'
import { el } from './dom.ts'
import { formatChange, isBad, leastWaitMs, lengthMs, waitedMs } from './words.ts'

interface Column {
  readonly title: string
  /** What rows are sorted by; `undefined` sorts last, whichever way. */
  readonly sortKeyOf: (task: TimelineTask) => string | number | undefined
  readonly textOf: (task: TimelineTask) => string
}

/** Every task as a row; a click on a title sorts, a second one the other way round. */
export class TaskTable {
  readonly element: HTMLElement
  readonly #data: TimelineData
  readonly #columns: readonly Column[]
  readonly #heads: readonly HTMLElement[]
  readonly #rows: readonly HTMLTableRowElement[]
  readonly #body: HTMLElement = el('tbody')
  #sortedBy = -1
  #isDescending = false

  constructor(data: TimelineData, goTo: (task: number) => void) {
    this.#data = data
    this.#columns = columnsOf(data)
    this.#heads = this.#columns.map(({ title }, index) => {
      const button = el('button', { type: 'button' }, title)
      button.addEventListener('click', () => this.#sortBy(index))
      return el('th', { scope: 'col' }, button)
    })
    this.#rows = data.tasks.map((task, index) => {
      const [name = '', ...texts] = this.#columns.map(({ textOf }) => textOf(task))
      const button = el('button', { type: 'button' }, name)
      button.addEventListener('click', () => goTo(index))
      return el(
        'tr',
        { class: isBad(task.outcome) ? 'bad' : task.outcome },
        el('th', { scope: 'row' }, button, ...(task.isCritical ? [el('span', { class: 'mark' }, ' ◆')] : [])),
        ...texts.map((text) => el('td', {}, text)),
      )
    })
    this.#body.append(...this.#rows)
    const table = el('table', {}, el('thead', {}, el('tr', {}, ...this.#heads)), this.#body)
    this.element = el('section', { class: 'tasks', id: 'tasks' }, el('h2', {}, 'Tasks'), el('div', {}, table))
  }

  /** Leaves only the tasks that are wanted. */
  filter(isWanted: (task: number) => boolean): void {
    for (const [index, row] of this.#rows.entries()) row.hidden = !isWanted(index)
  }

  #sortBy(column: number): void {
    const { sortKeyOf } = this.#columns[column] ?? {}
    if (sortKeyOf === undefined) return
    const values = this.#data.tasks.map(sortKeyOf)
    // Figures are looked at for the largest, names from the beginning.
    const isFirst = this.#sortedBy !== column
    this.#isDescending = isFirst ? values.some((value) => typeof value === 'number') : !this.#isDescending
    this.#sortedBy = column
    for (const [index, head] of this.#heads.entries()) {
      if (index === column) head.setAttribute('aria-sort', this.#isDescending ? 'descending' : 'ascending')
      else head.removeAttribute('aria-sort')
    }
    const order = values.map((value, index) => ({ value, row: this.#rows[index] }))
    order.sort((a, b) => compare(a.value, b.value, this.#isDescending))
    this.#body.append(...order.flatMap(({ row }) => row ?? []))
  }
}

function columnsOf({ phases, comparison, tasks }: TimelineData): Column[] {
  const duration = (title: string, sortKeyOf: (task: TimelineTask) => number | undefined): Column => ({
    title,
    sortKeyOf,
    textOf: (task) => {
      const value = sortKeyOf(task)
      return value === undefined ? '' : formatDuration(value)
    },
  })
  const ratio = (title: string, of: (task: TimelineTask) => number | undefined): Column => ({
    title,
    sortKeyOf: (task) =>
      task.time === undefined || !of(task) ? undefined : lengthMs(task.time) / (of(task) ?? 1),
    textOf: (task) => (task.time === undefined ? '' : formatChange(of(task), lengthMs(task.time))),
  })
  const hasHistory = tasks.some(({ expectedMs }) => expectedMs !== undefined)
  return [
    { title: 'task', sortKeyOf: ({ id }) => id, textOf: ({ id }) => id },
    {
      title: 'phase',
      sortKeyOf: ({ phase }) => phases[phase]?.name,
      textOf: ({ phase }) => phases[phase]?.name ?? '',
    },
    { title: 'outcome', sortKeyOf: ({ outcome }) => outcome, textOf: ({ outcome }) => outcome },
    duration('start', ({ time }) => time?.[0]),
    ...(tasks.some((task) => waitedMs(task) >= leastWaitMs)
      ? [duration('waited', (task) => (waitedMs(task) >= leastWaitMs ? waitedMs(task) : undefined))]
      : []),
    duration('duration', ({ time }) => (time === undefined ? undefined : lengthMs(time))),
    ...(hasHistory
      ? [
          duration('usually', ({ expectedMs }) => expectedMs),
          ratio('vs usual', ({ expectedMs }) => expectedMs),
        ]
      : []),
    ...(comparison === undefined
      ? []
      : [duration('before', ({ beforeMs }) => beforeMs), ratio('vs before', ({ beforeMs }) => beforeMs)]),
  ]
}

function compare(
  a: string | number | undefined,
  b: string | number | undefined,
  isDescending: boolean,
): number {
  if (a === undefined || b === undefined) return (a === undefined ? 1 : 0) - (b === undefined ? 1 : 0)
  const sign = isDescending ? -1 : 1
  if (typeof a === 'number' && typeof b === 'number') return sign * (a - b)
  return sign * `${a}`.localeCompare(`${b}`)
}
