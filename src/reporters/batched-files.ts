import { appendFileSync } from 'node:fs'
import type { Clock } from '../util/clock.ts'

/** Nothing waits longer than this to be written, milliseconds. */
const longestWaitMs = 100
/** So much of one file is written at once, in characters. */
const mostPending = 64 * 1024

/**
 * Text on its way to files, written a tenth of a second later at the latest and in one piece for each file: to write
 * every line by itself costs thirty times as much. What is pending when the process is killed is lost; `flush` before
 * whatever must not be.
 */
export class BatchedFiles<File extends string | number> {
  readonly #clock: Clock
  readonly #pending = new Map<File, string>()
  #isFlushAhead = false
  #failure: unknown

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Adds to the end of a file; throws when a file could not be written, now or since the last call. */
  append(file: File, text: string): void {
    if (this.#failure !== undefined) throw this.#failure
    const pending = (this.#pending.get(file) ?? '') + text
    this.#pending.set(file, pending)
    if (pending.length >= mostPending) this.#write(file, pending)
    else if (!this.#isFlushAhead) void this.#flushLater()
  }

  /** Writes all that is pending, into the hands of the operating system. */
  flush(): void {
    for (const [file, text] of this.#pending) this.#write(file, text)
  }

  #write(file: File, text: string): void {
    this.#pending.delete(file)
    appendFileSync(file, text, { mode: 0o600 })
  }

  async #flushLater(): Promise<void> {
    this.#isFlushAhead = true
    await this.#clock.sleep(longestWaitMs)
    this.#isFlushAhead = false
    try {
      this.flush()
    } catch (error) {
      // Here nobody could be told; the next one who appends is.
      this.#failure = error
    }
  }
}
