import { stripVTControlCharacters } from 'node:util'

/** Keeps the last lines of an output, for the message when a command fails. */
export class Tail {
  readonly #limit: number
  #lines: string[] = []

  constructor(limit: number) {
    this.#limit = limit
  }

  push(line: string): void {
    this.#lines.push(line)
    if (this.#lines.length > 2 * this.#limit) this.#lines = this.#lines.slice(-this.#limit)
  }

  toString(): string {
    return this.#lines.slice(-this.#limit).map(escapeControls).join('\n').trimEnd()
  }
}

/** Output of tools goes into messages: what would move the cursor or ring the bell must not. */
function escapeControls(text: string): string {
  return stripVTControlCharacters(text).replaceAll(/(?![\t\n])\p{Cc}/gu, '')
}
