import type { TimelineData } from '../data.ts'
import { svg } from './dom.ts'
import type { GanttRow } from './gantt-bar.ts'

/** As the style has it, pixels. */
const rowHeight = 24

/** Lines over the chart: the critical path all the time, what a task needs and what needs it while it is looked at. */
export class GanttLinks {
  readonly element: SVGSVGElement
  readonly #chain: SVGGElement = svg('g')
  readonly #linked: SVGGElement = svg('g')
  readonly #data: TimelineData
  readonly #rows: readonly GanttRow[]
  readonly #neededBy: readonly (readonly number[])[]
  #selected: number | undefined
  #middles: readonly (number | undefined)[] = []
  #pxPerMs = 0

  constructor(data: TimelineData, rows: readonly GanttRow[]) {
    this.element = svg('svg', { class: 'lines', 'aria-hidden': 'true' }, this.#chain, this.#linked)
    this.#data = data
    this.#rows = rows
    const neededBy = data.tasks.map((): number[] => [])
    for (const [index, { needs }] of data.tasks.entries()) {
      for (const need of needs) neededBy[need]?.push(index)
    }
    this.#neededBy = neededBy
  }

  /** Marks a task with all that it is linked to, or none. */
  select(task: number | undefined): void {
    this.#markLinked(false)
    this.#selected = task
    this.#markLinked(true)
    this.element.classList.toggle('selected', task !== undefined)
    this.#drawLinked()
  }

  /** Looks where the rows stand now, after some have come or gone. */
  measure(): void {
    const top = this.element.parentElement?.offsetTop ?? 0
    const places = this.#rows.map(({ row }) => ({ isShown: row.offsetParent !== null, top: row.offsetTop }))
    this.#middles = places.map((place) => (place.isShown ? place.top + rowHeight / 2 - top : undefined))
  }

  /** Draws the lines anew, for a time of this width in pixels. */
  draw(width: number): void {
    this.#pxPerMs = width / Math.max(1, this.#data.wallMs)
    const { steps } = this.#data.path
    const chain = steps.flatMap(({ task }, index) => {
      const before = steps[index - 1]
      return before === undefined ? [] : this.#line(before.task, task, 'critical')
    })
    this.#chain.replaceChildren(...chain)
    this.#drawLinked()
  }

  #drawLinked(): void {
    const selected = this.#selected
    if (selected === undefined) {
      this.#linked.replaceChildren()
      return
    }
    const needs = this.#data.tasks[selected]?.needs ?? []
    this.#linked.replaceChildren(
      ...needs.flatMap((need) => this.#line(need, selected, 'need')),
      ...(this.#neededBy[selected] ?? []).flatMap((next) => this.#line(selected, next, 'next')),
    )
  }

  #markLinked(isOn: boolean): void {
    const selected = this.#selected
    if (selected === undefined) return
    this.#rows[selected]?.row.classList.toggle('selected', isOn)
    for (const need of this.#data.tasks[selected]?.needs ?? []) {
      this.#rows[need]?.row.classList.toggle('need', isOn)
    }
    for (const next of this.#neededBy[selected] ?? []) this.#rows[next]?.row.classList.toggle('next', isOn)
  }

  /** From the end of one task to the start of another; nothing where one of them is not to be seen. */
  #line(from: number, to: number, name: string): SVGPathElement[] {
    const [a, b] = [this.#data.tasks[from]?.time, this.#data.tasks[to]?.time]
    const [top, bottom] = [this.#middles[from], this.#middles[to]]
    if (a === undefined || b === undefined || top === undefined || bottom === undefined) return []
    const [x1, x2] = [a[1] * this.#pxPerMs, b[0] * this.#pxPerMs]
    const bend = Math.min(60, Math.abs(x2 - x1) / 2)
    // Out to the right, and in from the left; between two that lie below each other there is no room for it.
    const curve = `C${x1 + bend},${top} ${x2 - bend},${bottom} ${x2},${bottom}`
    const d = `M${x1},${top}${bend < 8 ? `L${x2},${bottom}` : curve}`
    return [svg('path', { class: name, d })]
  }
}
