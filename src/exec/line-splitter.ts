import { StringDecoder } from 'node:string_decoder'

/** A progress bar without line ends must not grow the buffer without bound. */
const longestLine = 64 * 1024

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
    for (const line of lines) this.#onLine(line)
    if (this.#rest.length > longestLine) this.end()
  }

  /** Hands out what stands after the last line end. */
  end(): void {
    const rest = this.#rest + this.#decoder.end()
    this.#rest = ''
    if (rest !== '') this.#onLine(rest)
  }
}
