import type { Clock } from '../util/clock.ts'

/** Calls back once after `delayMs`, unless the returned function is called first. */
export function startTimer(clock: Clock, delayMs: number, onElapsed: () => void): () => void {
  const stopped = new AbortController()
  clock.sleep(delayMs, stopped.signal).then(
    () => {
      if (!stopped.signal.aborted) onElapsed()
    },
    () => {
      // Stopped: the sleep ends with the reason of the signal, and nobody waits for it.
    },
  )
  return () => stopped.abort()
}
