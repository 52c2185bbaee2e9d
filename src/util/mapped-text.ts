/** Where the characters of a text stand in a file. */
type Places =
  /** One after another, from here on. */
  | { readonly kind: 'run'; readonly start: number }
  /** All of them in the same place, which they stand for. */
  | { readonly kind: 'place'; readonly start: number; readonly end: number }
  /** Each for itself; the first of the text is at `from`. */
  | { readonly kind: 'each'; readonly starts: Int32Array; readonly ends: Int32Array; readonly from: number }

/**
 * A text that has been taken out of a file, joined from pieces or unquoted, and still knows where in the file each of
 * its characters stands.
 */
export class MappedText {
  readonly text: string
  readonly #places: Places

  private constructor(text: string, places: Places) {
    this.text = text
    this.#places = places
  }

  /** A piece of a file as it stands there. */
  static at(text: string, start: number): MappedText {
    return new MappedText(text, { kind: 'run', start })
  }

  /** A text that a place of the file stands for, as a variable does for its value: all of it is there. */
  static standingFor(text: string, start: number, end: number): MappedText {
    return new MappedText(text, { kind: 'place', start, end })
  }

  static join(pieces: readonly MappedText[]): MappedText {
    const [first, second] = pieces
    if (first !== undefined && second === undefined) return first
    const text = pieces.map((piece) => piece.text).join('')
    const starts = new Int32Array(text.length)
    const ends = new Int32Array(text.length)
    let at = 0
    for (const piece of pieces) {
      for (let i = 0; i < piece.text.length; i++, at++) {
        starts[at] = piece.startOf(i)
        ends[at] = piece.#endOf(i)
      }
    }
    if (at === 0) return new MappedText('', { kind: 'run', start: first?.start ?? 0 })
    return new MappedText(text, { kind: 'each', starts, ends, from: 0 })
  }

  /** Where it begins in the file. */
  get start(): number {
    return this.startOf(0)
  }

  /** Where it ends in the file, exclusive. */
  get end(): number {
    return this.text.length === 0 ? this.start : this.#endOf(this.text.length - 1)
  }

  /** Where a character stands, by its index. */
  startOf(index: number): number {
    const places = this.#places
    if (places.kind === 'run') return places.start + index
    if (places.kind === 'place') return places.start
    return places.starts[places.from + index] ?? places.ends.at(-1) ?? 0
  }

  slice(from: number, to: number = this.text.length): MappedText {
    const places = this.#places
    const start = Math.min(from, this.text.length)
    const text = this.text.slice(start, Math.max(start, to))
    if (places.kind === 'place') return new MappedText(text, places)
    if (places.kind === 'run') return new MappedText(text, { kind: 'run', start: places.start + start })
    return new MappedText(text, { ...places, from: places.from + start })
  }

  trimmed(): MappedText {
    const from = this.text.length - this.text.trimStart().length
    return this.slice(from, Math.max(from, this.text.trimEnd().length))
  }

  #endOf(index: number): number {
    const places = this.#places
    if (places.kind === 'run') return places.start + index + 1
    if (places.kind === 'place') return places.end
    return places.ends[places.from + index] ?? 0
  }
}
