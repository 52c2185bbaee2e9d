/** Time as the engine and the waits see it, so that tests can run on a virtual one. All figures are milliseconds. */
export interface Clock {
  /** Monotonic milliseconds since an arbitrary start; not affected by changes of the wall clock. */
  now(): number
  /** Wall-clock time as milliseconds since the epoch, for files and people. */
  epochMs(): number
  /** Resolves after `ms`, or rejects with the signal's reason when it is aborted first. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
}

/** The longest a timer of Node waits; it fires at once when asked for more. */
const longestTimerMs = 2 ** 31 - 1

/** The machine's own clock; a sleep lasts at most 24 days. */
export const systemClock: Clock = {
  now: () => performance.now(),
  epochMs: () => Date.now(),
  sleep: (ms, signal) =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) {
        reject(signal.reason)
        return
      }
      const onAbort = () => {
        clearTimeout(timer)
        reject(signal?.reason)
      }
      const timer = setTimeout(
        () => {
          signal?.removeEventListener('abort', onAbort)
          resolve()
        },
        Math.min(ms, longestTimerMs),
      )
      signal?.addEventListener('abort', onAbort, { once: true })
    }),
}
