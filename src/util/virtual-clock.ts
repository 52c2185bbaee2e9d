import { setImmediate } from 'node:timers/promises'
import type { Clock } from './clock.ts'

interface Sleeper {
  readonly wakeMs: number
  readonly wake: () => void
}

/**
 * A clock that stands still until it is told to go on, and then goes from one sleeper to the next. Between two of
 * them everything that can happen without the passing of time does happen: so a simulation or a test on it is
 * deterministic.
 */
export class VirtualClock implements Clock {
  #nowMs = 0
  /** In the order of waking; those of the same time in the order in which they fell asleep. */
  #sleepers: Sleeper[] = []

  now(): number {
    return this.#nowMs
  }

  epochMs(): number {
    return Date.UTC(2030, 0, 1) + this.#nowMs
  }

  /** How many sleep: none should be left when everything is over. */
  get sleeping(): number {
    return this.#sleepers.length
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) {
        reject(signal.reason)
        return
      }
      const onAbort = () => {
        this.#sleepers = this.#sleepers.filter((other) => other !== sleeper)
        reject(signal?.reason)
      }
      const sleeper: Sleeper = {
        wakeMs: this.#nowMs + Math.max(0, ms),
        wake: () => {
          signal?.removeEventListener('abort', onAbort)
          resolve()
        },
      }
      signal?.addEventListener('abort', onAbort, { once: true })
      const place = this.#sleepers.findLastIndex(({ wakeMs }) => wakeMs <= sleeper.wakeMs)
      this.#sleepers.splice(place + 1, 0, sleeper)
    })
  }

  /** Lets `ms` pass. */
  async advance(ms: number): Promise<void> {
    const untilMs = this.#nowMs + ms
    await setImmediate()
    while ((this.#sleepers[0]?.wakeMs ?? Number.POSITIVE_INFINITY) <= untilMs) await this.#wakeNext()
    this.#nowMs = untilMs
  }

  /** Lets time pass until the work has settled; throws when it cannot, because nobody sleeps any more. */
  async run<T>(work: Promise<T>): Promise<T> {
    let isSettled = false
    const settle = () => {
      isSettled = true
    }
    work.then(settle, settle)
    await setImmediate()
    while (!isSettled) {
      if (this.#sleepers.length === 0) throw new Error('The work waits for something that is not time')
      await this.#wakeNext()
    }
    return work
  }

  async #wakeNext(): Promise<void> {
    const sleeper = this.#sleepers.shift()
    if (!sleeper) return
    this.#nowMs = sleeper.wakeMs
    sleeper.wake()
    // A turn of the event loop comes only when there is no microtask left.
    await setImmediate()
  }
}
