import type { Terminal } from '../../src/reporters/terminal.ts'

/**
 * A terminal in memory that understands what a drawing reporter uses of the control sequences, so that a test sees
 * what a person would: the whole scrollback, with everything that was drawn over gone.
 */
export class MemoryTerminal implements Terminal {
  readonly columns: number
  readonly rows: number
  readonly isTTY = true
  readonly color: boolean
  /** Everything that was written, one entry for each write. */
  readonly writes: string[] = []
  #lines: string[] = ['']
  #row = 0
  #column = 0

  constructor(options: { readonly columns?: number; readonly rows?: number; readonly color?: boolean } = {}) {
    this.columns = options.columns ?? 80
    this.rows = options.rows ?? 24
    this.color = options.color ?? false
  }

  /** What stands in the scrollback, without the spaces at the ends of lines. */
  get text(): string {
    return this.#lines.map((line) => line.trimEnd()).join('\n')
  }

  /** Where the cursor is, both counted from 0. */
  get cursor(): { readonly row: number; readonly column: number } {
    return { row: this.#row, column: this.#column }
  }

  write(text: string): void {
    this.writes.push(text)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control sequences are what this is about
    for (const part of text.match(/\u001b\[\??\d*[A-Za-z]|[\r\n]|[^\u001b\r\n]+/g) ?? []) this.#apply(part)
  }

  #apply(part: string): void {
    if (part === '\n') this.#moveTo(this.#row + 1, 0)
    else if (part === '\r') this.#moveTo(this.#row, 0)
    else if (part.startsWith('\u001b')) this.#control(part.at(-1) ?? '', Number(/\d+/.exec(part)?.[0] ?? 1))
    else {
      const line = (this.#lines[this.#row] ?? '').padEnd(this.#column)
      this.#lines[this.#row] = line.slice(0, this.#column) + part + line.slice(this.#column + part.length)
      this.#column += part.length
    }
  }

  #control(letter: string, amount: number): void {
    const line = this.#lines[this.#row] ?? ''
    if (letter === 'A') this.#moveTo(this.#row - amount, this.#column)
    else if (letter === 'B') this.#moveTo(this.#row + amount, this.#column)
    else if (letter === 'G') this.#moveTo(this.#row, 0)
    else if (letter === 'K') this.#lines[this.#row] = amount === 2 ? '' : line.slice(0, this.#column)
    else if (letter === 'J') {
      this.#lines.length = this.#row + 1
      this.#lines[this.#row] = line.slice(0, this.#column)
    }
    // Colours, and the marks around a frame, change nothing that can be read.
    else if (!'mhl'.includes(letter)) throw new Error(`Unknown control sequence ${letter}`)
  }

  #moveTo(row: number, column: number): void {
    this.#row = Math.max(0, row)
    this.#column = column
    while (this.#lines.length <= this.#row) this.#lines.push('')
  }
}
