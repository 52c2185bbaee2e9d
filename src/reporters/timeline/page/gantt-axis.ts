import { el } from './dom.ts'
import { formatTick, stepFrom, ticksBetween } from './scale.ts'

/** Two ticks are at least so far apart, pixels. */
const leastGap = 84

/** The time above the chart and the lines below it; only what can be seen is there, however close one looks. */
export class GanttAxis {
  /** Stands above the tasks. */
  readonly row: HTMLElement
  /** Lies behind them. */
  readonly grid: HTMLElement = el('div', { class: 'grid', 'aria-hidden': 'true' })
  readonly #track: HTMLElement = el('div', { class: 'track' })
  readonly #cursor: HTMLElement = el('div', { class: 'cursor', hidden: true })
  readonly #wallMs: number

  constructor(wallMs: number) {
    this.#wallMs = Math.max(1, wallMs)
    this.row = el(
      'div',
      { class: 'row axis', 'aria-hidden': 'true' },
      el('div', { class: 'label' }),
      this.#track,
    )
  }

  /** Draws what lies in a window, given by pixels from the start, of a track that is `width` pixels wide. */
  draw(fromPx: number, toPx: number, width: number): void {
    const pxPerMs = width / this.#wallMs
    if (pxPerMs <= 0) return
    const stepMs = stepFrom(leastGap / pxPerMs)
    const ticks = ticksBetween(
      Math.max(0, fromPx / pxPerMs - stepMs),
      Math.min(this.#wallMs, toPx / pxPerMs + stepMs),
      stepMs,
    )
    const at = (element: HTMLElement, ms: number) => {
      element.style.left = `${(100 * ms) / this.#wallMs}%`
      return element
    }
    this.#track.replaceChildren(
      ...ticks.map((ms) => at(el('span', {}, formatTick(ms, stepMs)), ms)),
      this.#cursor,
    )
    this.grid.replaceChildren(...ticks.map((ms) => at(el('i'), ms)))
  }

  /** Says which moment the pointer is at, pixels from the start; nothing takes it away. */
  point(px: number | undefined, width: number): void {
    const isAway = px === undefined || px < 0 || px > width
    this.#cursor.hidden = isAway
    if (isAway) return
    const ms = (px / Math.max(1, width)) * this.#wallMs
    this.#cursor.style.left = `${px}px`
    this.#cursor.textContent = `${(ms / 1000).toFixed(ms < 10_000 ? 2 : 1)}s`
  }
}
