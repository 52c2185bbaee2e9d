import { stripVTControlCharacters } from 'node:util'

const csi = '\u001b['
/** Told to the terminal so that it shows a frame only when it is complete. */
const beginFrame = `${csi}?2026h`
const endFrame = `${csi}?2026l`
/** What is wider than the terminal, for characters that take more columns than they are counted, is cut and not wrapped. */
const wrapOff = `${csi}?7l`
const wrapOn = `${csi}?7h`
const eraseLine = `${csi}K`
const eraseBelow = `${csi}J`

/**
 * Rows at the bottom of a terminal that are drawn over, with lines that stay scrolling away above them. Between two
 * frames the cursor stands at the start of the line below the rows, shown and with nothing changed of how the terminal
 * works: so a process that is killed leaves a terminal as it should be.
 */
export class Window {
  #rows: readonly string[] = []
  #columns = 0

  /** What has to be written to have `lines` above and `rows` in the window; empty when that changes nothing. */
  frame(lines: readonly string[], rows: readonly string[], columns: number): string {
    const height = this.#heightIn(columns)
    const isSame = height === this.#rows.length && isEqual(rows, this.#rows)
    this.#columns = columns
    if (lines.length === 0 && isSame) return ''
    this.#rows = rows
    return [
      beginFrame,
      height === 0 ? '' : `\r${csi}${height}A`,
      // Lines that stay may be wrapped, and so cover more than a row each.
      ...(lines.length === 0 ? [] : [eraseBelow, ...lines.map((line) => `${line}\n`)]),
      wrapOff,
      ...rows.map((row) => `${eraseLine}${row}\n`),
      wrapOn,
      eraseBelow,
      endFrame,
    ].join('')
  }

  /** How many rows of the screen it takes now: where the terminal has become narrower, it has wrapped them. */
  #heightIn(columns: number): number {
    if (columns >= this.#columns) return this.#rows.length
    return this.#rows.reduce((sum, row) => sum + Math.max(1, Math.ceil(widthOf(row) / columns)), 0)
  }
}

function isEqual(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((row, i) => row === b[i])
}

function widthOf(row: string): number {
  return [...stripVTControlCharacters(row)].length
}
