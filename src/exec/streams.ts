import type { Readable, Writable } from 'node:stream'

/**
 * Writes chunks to a program's standard input, at its pace, and ends it after the last. Resolves as well when nobody
 * reads any more; rejects with the error of the source, and then leaves the input open.
 */
export async function feed(source: AsyncIterable<Uint8Array>, input: Writable): Promise<void> {
  const closed = new Interruption()
  if (input.closed) closed.happen()
  else input.once('close', () => closed.happen())
  const chunks = source[Symbol.asyncIterator]()
  for (;;) {
    const result = await closed.orResult(chunks.next())
    if (result === undefined) {
      // What the source is at may never come: it is told, and not waited for.
      void chunks.return?.().catch(() => {})
      return
    }
    if (result.done === true) break
    if (!input.write(result.value)) await closed.orResult(drained(input))
  }
  input.end()
}

/** Hands out a program's output chunk by chunk, each when the one before has been taken; stops when it is to end. */
export async function drain(
  output: Readable,
  take: (chunk: Uint8Array) => Promise<void>,
  ending: Promise<void>,
): Promise<void> {
  const ended = new Interruption()
  void ending.then(() => {
    ended.happen()
    output.destroy()
  })
  try {
    for await (const chunk of output) await ended.orResult(take(chunk))
  } catch (error) {
    // An output that was cut because the program is being ended is no failure of its own.
    if (!ended.hasHappened) throw error
  }
}

/** Something that may happen while something else is waited for; unlike a race of promises it keeps no results. */
class Interruption {
  hasHappened = false
  #wake = () => {}

  happen(): void {
    this.hasHappened = true
    this.#wake()
  }

  /** What a promise gives, or `undefined` when this happens before. */
  orResult<T>(promise: Promise<T>): Promise<T | undefined> {
    return new Promise((resolve, reject) => {
      this.#wake = () => resolve(undefined)
      promise.then(resolve, reject)
      if (this.hasHappened) resolve(undefined)
    })
  }
}

function drained(input: Writable): Promise<void> {
  return new Promise((resolve) => input.once('drain', resolve))
}
