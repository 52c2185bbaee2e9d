import { withoutControls } from '../util/control-characters.ts'

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
    return this.#lines.slice(-this.#limit).map(withoutControls).join('\n').trimEnd()
  }
}
