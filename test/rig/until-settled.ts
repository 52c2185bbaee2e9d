import { setImmediate } from 'node:timers/promises'
import type { VirtualClock } from './virtual-clock.ts'

/** Lets a clock's time pass as long as some work, which also waits for real input and output, needs. */
export async function untilSettled<T>(clock: VirtualClock, work: Promise<T>): Promise<T> {
  let isSettled = false
  const settle = () => {
    isSettled = true
  }
  work.then(settle, settle)
  while (!isSettled) {
    if (clock.sleeping > 0) await clock.advance(100)
    await setImmediate()
  }
  return work
}
