import { cpus, freemem, totalmem } from 'node:os'
import type { MachineSample } from '../../engine/events.ts'

/** Often enough to see what a build does, and so rarely that nobody notices. */
const sampleMs = 1_000

type Sample = Omit<MachineSample, 'type' | 'at'>

/** Milliseconds all processors have spent since the machine started. */
interface CpuTimes {
  readonly busyMs: number
  readonly totalMs: number
}

/** Tells once a second how busy the machine is, until the returned function is called. */
export function sampleMachine(onSample: (sample: Sample) => void): () => void {
  let before = cpuTimes()
  const timer = setInterval(() => {
    const now = cpuTimes()
    const memoryTotalBytes = totalmem()
    onSample({ cpu: busyShare(before, now), memoryBytes: memoryTotalBytes - freemem(), memoryTotalBytes })
    before = now
  }, sampleMs)
  // No run lasts longer because somebody watches it.
  timer.unref()
  return () => clearInterval(timer)
}

/** How much of the processors was in use between two moments, 0 to 1, in thousandths. */
export function busyShare(before: CpuTimes, now: CpuTimes): number {
  const totalMs = now.totalMs - before.totalMs
  if (totalMs <= 0) return 0
  return Math.round((1000 * Math.max(0, now.busyMs - before.busyMs)) / totalMs) / 1000
}

function cpuTimes(): CpuTimes {
  let [busyMs, totalMs] = [0, 0]
  for (const { times } of cpus()) {
    const workMs = times.user + times.nice + times.sys + times.irq
    busyMs += workMs
    totalMs += workMs + times.idle
  }
  return { busyMs, totalMs }
}
