import { readFileSync } from 'node:fs'
import { descendantsOf, type ProcessIdentity } from './process-tree.ts'

/** Often enough to see what a compiler takes, and rarely enough to cost nothing. */
const sampleMs = 500

/** Watches how much memory a process and all it started have at most, until it is stopped. Needs /proc. */
export class MemoryPeak {
  #bytes = 0
  readonly #timer: NodeJS.Timeout

  constructor({ pid }: ProcessIdentity) {
    this.#timer = setInterval(() => {
      this.#bytes = Math.max(this.#bytes, residentBytes(pid))
    }, sampleMs)
    this.#timer.unref()
  }

  /** The peak so far; 0 when nothing was seen. */
  get bytes(): number {
    return this.#bytes
  }

  stop(): void {
    clearInterval(this.#timer)
  }
}

/** Resident memory of a process and its descendants, pages they share counted for each. */
export function residentBytes(pid: number): number {
  return [pid, ...descendantsOf(pid).map((process) => process.pid)]
    .map(residentBytesOf)
    .reduce((sum, bytes) => sum + bytes, 0)
}

/** `VmRSS` of /proc/<pid>/status is in kB of 1,024 bytes (proc(5)). */
function residentBytesOf(pid: number): number {
  try {
    return Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) * 1024
  } catch {
    // It has ended.
    return 0
  }
}
