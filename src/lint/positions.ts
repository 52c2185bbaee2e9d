import type { SourceLocation, SourcePosition } from '../diagnostics/diagnostic.ts'

/** Where the offsets of a text are, in lines and columns from 1. */
export class Positions {
  readonly #file: string
  readonly #lineStarts: readonly number[]

  /** `file` is absolute. */
  constructor(file: string, text: string) {
    this.#file = file
    const starts = [0]
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1)
    this.#lineStarts = starts
  }

  location(start: number, end: number): SourceLocation {
    return { file: this.#file, start: this.position(start), end: this.position(end) }
  }

  position(offset: number): SourcePosition {
    const line = this.line(offset)
    return { line, column: offset - (this.#lineStarts[line - 1] ?? 0) + 1 }
  }

  line(offset: number): number {
    let [low, high] = [0, this.#lineStarts.length - 1]
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if ((this.#lineStarts[middle] ?? 0) <= offset) low = middle
      else high = middle - 1
    }
    return low + 1
  }
}
