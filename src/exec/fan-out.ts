import { type Deferred, deferred } from '../util/deferred.ts'

/**
 * One stream of bytes for several readers, at the pace of the slowest: nothing is kept but the chunk that each is to
 * take next. A reader that stops holds up nobody.
 */
export class FanOut {
  readonly #outlets: readonly Outlet[]

  constructor(readers: number) {
    this.#outlets = Array.from({ length: readers }, () => new Outlet())
  }

  /** One for each reader, to be read once. */
  get outlets(): readonly AsyncIterable<Uint8Array>[] {
    return this.#outlets
  }

  /** Resolves when every reader that goes on has taken the chunk; one at a time. */
  async write(chunk: Uint8Array): Promise<void> {
    await Promise.all(this.#outlets.map((outlet) => outlet.put(chunk)))
  }

  /** The proper end, for all. */
  end(): void {
    for (const outlet of this.#outlets) outlet.finish()
  }

  /** No more comes, and what came is not whole: readers get this error. */
  fail(error: unknown): void {
    for (const outlet of this.#outlets) outlet.finish({ error })
  }
}

type Result = IteratorResult<Uint8Array, undefined>

const done: Result = { done: true, value: undefined }

class Outlet implements AsyncIterableIterator<Uint8Array, undefined> {
  #offered: { readonly chunk: Uint8Array; readonly taken: Deferred<void> } | undefined
  #reader: Deferred<Result> | undefined
  #end: { readonly error?: unknown } | undefined
  #isLeft = false

  put(chunk: Uint8Array): Promise<void> {
    if (this.#isLeft) return Promise.resolve()
    if (this.#reader !== undefined) {
      this.#reader.resolve({ done: false, value: chunk })
      this.#reader = undefined
      return Promise.resolve()
    }
    this.#offered = { chunk, taken: deferred() }
    return this.#offered.taken.promise
  }

  finish(end: { readonly error?: unknown } = {}): void {
    this.#end ??= end
    if (this.#reader === undefined) return
    if ('error' in end) this.#reader.reject(end.error)
    else this.#reader.resolve(done)
    this.#reader = undefined
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  async next(): Promise<Result> {
    if (this.#isLeft) return done
    if (this.#end !== undefined && 'error' in this.#end) throw this.#end.error
    if (this.#offered !== undefined) {
      const { chunk, taken } = this.#offered
      this.#offered = undefined
      taken.resolve()
      return { done: false, value: chunk }
    }
    if (this.#end !== undefined) return done
    this.#reader = deferred()
    return this.#reader.promise
  }

  async return(): Promise<Result> {
    this.#isLeft = true
    this.#offered?.taken.resolve()
    this.#offered = undefined
    this.#reader?.resolve(done)
    this.#reader = undefined
    return done
  }
}
