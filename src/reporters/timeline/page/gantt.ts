import { formatDuration } from '../../../util/duration.ts'
import type { Stretch, TimelineData } from '../data.ts'
import { el, place } from './dom.ts'
import { GanttAxis } from './gantt-axis.ts'
import { type GanttRow, ganttRow } from './gantt-bar.ts'
import { GanttLinks } from './gantt-links.ts'
import { machineRows } from './gantt-machine.ts'
import type { Selection } from './selection.ts'
import { lengthMs } from './words.ts'
import { Zoom } from './zoom.ts'

/** The chart: tasks by phase over time, with what links them, the idle cluster, and the machine below. */
export class Gantt {
  /** Scrolls, in both directions. */
  readonly element: HTMLElement = el('div', { class: 'gantt' })
  readonly zoom: Zoom
  readonly #data: TimelineData
  readonly #rows: readonly GanttRow[]
  readonly #groups: readonly HTMLElement[]
  readonly #axis: GanttAxis
  readonly #links: GanttLinks
  #frame = 0

  constructor(data: TimelineData, selection: Selection) {
    this.#data = data
    this.#rows = data.tasks.map((_, index) => ganttRow(data, index, selection))
    this.#groups = data.phases.map((_, phase) => this.#group(phase))
    this.#axis = new GanttAxis(data.wallMs)
    this.#links = new GanttLinks(data, this.#rows)
    const canvas = el('div', { class: 'canvas' })
    const behind = el('div', { class: 'layer behind' }, this.#axis.grid, ...idleBands(data))
    const above = el('div', { class: 'layer above' }, this.#links.element)
    const machine = data.machine === undefined ? [] : machineRows(data.machine, data.wallMs)
    canvas.append(
      this.#axis.row,
      behind,
      ...this.#groups,
      above,
      ...(machine.length === 0 ? [] : [el('div', { class: 'machines' }, ...machine)]),
    )
    this.element.append(canvas)
    this.zoom = new Zoom(
      this.element,
      canvas,
      data.wallMs,
      () => this.#width,
      () => this.#drawTime(),
    )
    selection.onChange((task) => this.#links.select(task))
    this.element.addEventListener('scroll', () => this.#soon(() => this.#drawAxis()), { passive: true })
    this.element.addEventListener('pointermove', ({ clientX }) =>
      this.#axis.point(this.#at(clientX), this.#width),
    )
    this.element.addEventListener('pointerleave', () => this.#axis.point(undefined, this.#width))
    this.element.addEventListener('wheel', (event) => this.#onWheel(event), { passive: false })
    new ResizeObserver(() => this.#soon(() => this.draw())).observe(this.element)
  }

  /** Draws again what depends on the width of the time and on which rows are there. */
  draw(): void {
    this.#links.measure()
    this.#drawTime()
  }

  /** Leaves only the tasks that are wanted. */
  filter(isWanted: (task: number) => boolean): void {
    for (const [index, { row }] of this.#rows.entries()) row.hidden = !isWanted(index)
    for (const [phase, group] of this.#groups.entries()) {
      group.hidden = !this.#data.tasks.some((task, index) => task.phase === phase && isWanted(index))
    }
    this.draw()
  }

  /** Brings a task into view and gives it the focus. */
  goTo(task: number): void {
    const { row, bar } = this.#rows[task] ?? {}
    if (row === undefined || bar === undefined) return
    row.closest('.group')?.classList.remove('closed')
    row.scrollIntoView({ block: 'center', inline: 'nearest' })
    bar.focus({ preventScroll: true })
    this.draw()
  }

  /** Gives the focus to the task that stands so many rows below the one that has it, of those to be seen. */
  step(rows: number): void {
    const shown = this.#rows.filter(({ row }) => row.offsetParent !== null)
    const current = shown.findIndex(({ bar }) => bar === document.activeElement)
    const next = shown[Math.min(shown.length - 1, Math.max(0, current + rows))]
    next?.bar.focus({ preventScroll: true })
    next?.row.scrollIntoView({ block: 'nearest', inline: 'nearest' })
  }

  get #width(): number {
    return this.#links.element.clientWidth
  }

  /** Pixels from the start of the time to a place in the window. */
  #at(clientX: number): number {
    return clientX - this.#links.element.getBoundingClientRect().left
  }

  #onWheel(event: WheelEvent): void {
    // As maps do it; without a key the wheel scrolls, as everywhere.
    if (!event.ctrlKey && !event.metaKey) return
    event.preventDefault()
    this.zoom.by(event.deltaY < 0 ? 1.25 : 0.8, this.#at(event.clientX) - this.element.scrollLeft)
  }

  #drawTime(): void {
    this.#drawAxis()
    this.#links.draw(this.#width)
  }

  #drawAxis(): void {
    const { scrollLeft, clientWidth } = this.element
    this.#axis.draw(scrollLeft, scrollLeft + clientWidth, this.#width)
  }

  /** At most once a frame. */
  #soon(action: () => void): void {
    cancelAnimationFrame(this.#frame)
    this.#frame = requestAnimationFrame(action)
  }

  #group(phase: number): HTMLElement {
    const { name, time, colour } = this.#data.phases[phase] ?? { name: '', colour: 0 }
    const rows = this.#rows.filter((_, index) => this.#data.tasks[index]?.phase === phase)
    const toggle = el('button', { type: 'button', 'aria-expanded': 'true' }, name)
    const count = el('small', {}, `${rows.length} ${rows.length === 1 ? 'task' : 'tasks'}`)
    const track = el('div', { class: 'track' }, ...(time === undefined ? [] : [this.#span(time, colour)]))
    const head = el('div', { class: 'row phase' }, el('div', { class: 'label' }, toggle, count), track)
    const group = el(
      'div',
      { class: 'group', role: 'group', 'aria-label': name },
      head,
      ...rows.map(({ row }) => row),
    )
    toggle.addEventListener('click', () => {
      const isClosed = group.classList.toggle('closed')
      toggle.setAttribute('aria-expanded', `${!isClosed}`)
      this.draw()
    })
    return group
  }

  #span([startMs, endMs]: Stretch, colour: number): HTMLElement {
    const span = el('div', { class: `span phase-${colour}` }, el('span', {}, formatDuration(endMs - startMs)))
    place(span, startMs, endMs, this.#data.wallMs)
    return span
  }
}

/** A shorter stretch is no more than a line, and its name needs some room. */
const leastBandShare = 0.003
const leastNamedShare = 0.04

function idleBands({ clusterIdle, teardown, wallMs }: TimelineData): HTMLElement[] {
  const bands = [
    ...clusterIdle.map((stretch) => ['idle', 'cluster idle', stretch] as const),
    ...(teardown === undefined ? [] : [['teardown', 'teardown', teardown] as const]),
  ]
  return bands.flatMap(([name, title, stretch]) => {
    const share = lengthMs(stretch) / Math.max(1, wallMs)
    if (share < leastBandShare) return []
    const text = `${title} ${formatDuration(lengthMs(stretch))}`
    const band = el(
      'div',
      { class: `band ${name}` },
      ...(share < leastNamedShare ? [] : [el('span', {}, text)]),
    )
    place(band, stretch[0], stretch[1], wallMs)
    return [band]
  })
}
