import { orAborted } from '../../util/or-aborted.ts'

interface Running<T> {
  readonly result: Promise<T>
  readonly controller: AbortController
  users: number
}

/** A question that is asked once for all who want the answer while it is under way. */
export class SharedCall<T> {
  readonly #call: (signal: AbortSignal) => Promise<T>
  #running: Running<T> | undefined

  constructor(call: (signal: AbortSignal) => Promise<T>) {
    this.#call = call
  }

  /** Rejects with the signal's reason when that is aborted; the last one who waits ends the call, and waits for that. */
  async ask(signal?: AbortSignal): Promise<T> {
    signal?.throwIfAborted()
    const running = this.#running ?? this.#start()
    running.users++
    try {
      return await orAborted(running.result, signal)
    } finally {
      if (--running.users === 0) {
        this.#forget(running)
        running.controller.abort(signal?.reason)
        await running.result.catch(() => {})
      }
    }
  }

  #start(): Running<T> {
    const controller = new AbortController()
    const running = { result: this.#call(controller.signal), controller, users: 0 }
    this.#running = running
    const forget = () => this.#forget(running)
    running.result.then(forget, forget)
    return running
  }

  #forget(running: Running<T>): void {
    if (this.#running === running) this.#running = undefined
  }
}
