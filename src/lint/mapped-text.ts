/**
 * A text that has been taken out of a file, joined from pieces or unquoted, and still knows where in the file each of
 * its characters stands.
 */
export class MappedText {
  readonly text: string
  /** The offset in the file of each character, and after them the offset at which the text ends. */
  readonly offsets: Int32Array

  constructor(text: string, offsets: Int32Array) {
    this.text = text
    this.offsets = offsets
  }

  /** A piece of a file as it stands there. */
  static at(text: string, start: number): MappedText {
    return new MappedText(
      text,
      Int32Array.from({ length: text.length + 1 }, (_, i) => start + i),
    )
  }

  /** A text that a place of the file stands for, as a value does for the variable: all of it is there. */
  static standingFor(text: string, start: number, end: number): MappedText {
    const offsets = new Int32Array(text.length + 1).fill(start)
    offsets[text.length] = end
    return new MappedText(text, offsets)
  }

  static join(pieces: readonly MappedText[]): MappedText {
    const [first, second] = pieces
    if (first !== undefined && second === undefined) return first
    const length = pieces.reduce((sum, { text }) => sum + text.length, 0)
    const offsets = new Int32Array(length + 1)
    let at = 0
    for (const piece of pieces) {
      // The end of each is overwritten by the beginning of the next.
      offsets.set(piece.offsets, at)
      at += piece.text.length
    }
    return new MappedText(pieces.map(({ text }) => text).join(''), offsets)
  }

  /** Where it begins in the file. */
  get start(): number {
    return this.offsets[0] ?? 0
  }

  /** Where it ends in the file, exclusive. */
  get end(): number {
    const { length } = this.text
    return length === 0 ? this.start : Math.max(this.offset(length - 1) + 1, this.offset(length))
  }

  offset(index: number): number {
    return this.offsets[Math.min(index, this.text.length)] ?? 0
  }

  slice(from: number, to: number = this.text.length): MappedText {
    const [start, end] = [Math.min(from, this.text.length), Math.min(to, this.text.length)]
    const offsets = this.offsets.slice(start, end + 1)
    // What follows may be on another line: the piece ends after its own last character.
    if (end > start) offsets[end - start] = this.offset(end - 1) + 1
    return new MappedText(this.text.slice(start, end), offsets)
  }

  trimmed(): MappedText {
    const from = this.text.length - this.text.trimStart().length
    return this.slice(from, Math.max(from, this.text.trimEnd().length))
  }
}
