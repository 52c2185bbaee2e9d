import { StringDecoder } from 'node:string_decoder'

/** A progress bar without line ends must not grow the buffer without bound: what is longer is cut. */
export const longestLine: number = 64 * 1024

/** Cuts a stream of chunks into lines, whatever the boundaries of chunks and characters. */
export class LineSplitter {
  readonly #onLine: (line: string) => void
  readonly #decoder = new StringDecoder('utf8')
  #rest = ''

  constructor(onLine: (line: string) => void) {
    this.#onLine = onLine
  }

  write(chunk: Buffer): void {
    const lines = (this.#rest + this.#decoder.write(chunk)).split(/\r?\n/)
    this.#rest = lines.pop() ?? ''
    for (const line of lines) this.#onLine(this.#cut(line))
    this.#rest = this.#cut(this.#rest)
  }

  /** Hands out what stands after the last line end. */
  end(): void {
    const rest = this.#rest + this.#decoder.end()
    this.#rest = ''
    if (rest !== '') this.#onLine(this.#cut(rest))
  }

  /** Hands out all but the last piece of a line that is too long. */
  #cut(line: string): string {
    let rest = line
    for (; rest.length > longestLine; rest = rest.slice(longestLine)) this.#onLine(rest.slice(0, longestLine))
    return rest
  }
}
