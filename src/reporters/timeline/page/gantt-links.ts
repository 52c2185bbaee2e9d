import type { TimelineData } from '../data.ts'
import { svg } from './dom.ts'
import type { GanttRow } from './gantt-bar.ts'

/** Lines over the chart: the critical path all the time, what a task needs and what needs it while it is looked at. */
export class GanttLinks {
  readonly element: SVGSVGElement = svg('svg', { class: 'lines', 'aria-hidden': 'true' })
  readonly #data: TimelineData
  readonly #rows: readonly GanttRow[]
  readonly #neededBy: readonly (readonly number[])[]
  #selected: number | undefined

  constructor(data: TimelineData, rows: readonly GanttRow[]) {
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
    this.draw()
  }

  /** Draws the lines anew: after a zoom, or when rows have come or gone. */
  draw(): void {
    const { steps } = this.#data.path
    const chain = steps.flatMap(({ task }, index) => {
      const before = steps[index - 1]
      return before === undefined ? [] : this.#line(before.task, task, 'critical')
    })
    const selected = this.#selected
    const linked =
      selected === undefined
        ? []
        : [
            ...(this.#data.tasks[selected]?.needs ?? []).flatMap((need) =>
              this.#line(need, selected, 'need'),
            ),
            ...(this.#neededBy[selected] ?? []).flatMap((next) => this.#line(selected, next, 'next')),
          ]
    this.element.classList.toggle('selected', selected !== undefined)
    this.element.replaceChildren(...chain, ...linked)
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
    const [top, bottom] = [this.#middleOf(from), this.#middleOf(to)]
    if (a === undefined || b === undefined || top === undefined || bottom === undefined) return []
    const width = this.element.clientWidth / Math.max(1, this.#data.wallMs)
    const [x1, x2] = [a[1] * width, b[0] * width]
    const bend = Math.min(60, Math.abs(x2 - x1) / 2)
    // Out to the right, and in from the left; between two that lie below each other there is no room for it.
    const curve = `C${x1 + bend},${top} ${x2 - bend},${bottom} ${x2},${bottom}`
    const d = `M${x1},${top}${bend < 8 ? `L${x2},${bottom}` : curve}`
    return [svg('path', { class: name, d })]
  }

  #middleOf(task: number): number | undefined {
    const row = this.#rows[task]?.row
    if (row === undefined || row.offsetParent === null) return undefined
    return row.offsetTop + row.offsetHeight / 2 - this.#topOfLayer()
  }

  #topOfLayer(): number {
    return this.element.parentElement?.offsetTop ?? 0
  }
}
