/** As many times wider than the window; farther in, a browser has no more room. */
const mostZoom = 500
/** Closer than so many pixels a millisecond there is nothing more to see. */
const mostPxPerMs = 2

/** How close one looks at the time: the width of what scrolls, as a multiple of its window. */
export class Zoom {
  readonly #scroller: HTMLElement
  readonly #canvas: HTMLElement
  readonly #widthOf: () => number
  readonly #wallMs: number
  readonly #onChange: () => void
  #level = 1

  /** `widthOf` answers how wide the whole time is now, pixels. */
  constructor(
    scroller: HTMLElement,
    canvas: HTMLElement,
    wallMs: number,
    widthOf: () => number,
    onChange: () => void,
  ) {
    this.#scroller = scroller
    this.#canvas = canvas
    this.#wallMs = wallMs
    this.#widthOf = widthOf
    this.#onChange = onChange
  }

  get level(): number {
    return this.#level
  }

  /** By a factor; what lies `anchorPx` from the left edge of the time's window stays there, default its middle. */
  by(factor: number, anchorPx?: number): void {
    this.to(this.#level * factor, anchorPx)
  }

  to(level: number, anchorPx?: number): void {
    const before = this.#widthOf()
    const window = before / this.#level
    const most = Math.max(1, Math.min(mostZoom, (mostPxPerMs * this.#wallMs) / Math.max(1, window)))
    this.#level = Math.min(most, Math.max(1, level))
    const anchor = anchorPx ?? window / 2
    const share = (this.#scroller.scrollLeft + anchor) / Math.max(1, before)
    this.#canvas.style.width = `calc(var(--labels) + (100% - var(--labels)) * ${this.#level})`
    this.#scroller.scrollLeft = share * this.#widthOf() - anchor
    this.#onChange()
  }

  /** Moves the window by a share of it. */
  pan(share: number): void {
    this.#scroller.scrollBy({ left: (share * this.#widthOf()) / this.#level })
  }
}
