import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { withLock } from './lock.ts'
import { writePrivateFile } from './private-files.ts'

/** How many runs of a task are remembered: enough for a median that one slow run does not move. */
const runsKept = 5
/** How many tasks are remembered over all projects; the ones not seen for longest go first. */
const tasksKept = 2_000

/** What earlier runs of a task took, newest last, milliseconds; tasks in the order in which they were last seen. */
type Durations = Readonly<Record<string, readonly number[]>>

/** How long tasks took on this machine, by project and task. Only what really was done counts, not what was reused. */
export class History {
  readonly #directory: string
  #read: Durations | undefined

  constructor(stateDirectory: string) {
    this.#directory = stateDirectory
  }

  /** The median of the last runs in milliseconds; 0 for a task that has none. */
  expectedMs(project: string, task: string): number {
    this.#read ??= this.#load()
    return median(this.#read[key(project, task)] ?? [])
  }

  /** The most that the last runs of a task took of the memory, bytes; 0 for a task of which nothing is known. */
  memoryBytes(project: string, task: string): number {
    this.#read ??= this.#load()
    return Math.max(0, ...(this.#read[key(project, memoryKey(task))] ?? []))
  }

  /** Adds what a run has measured, by task: how long it took, and where that is known, bytes of memory at most. */
  async add(
    project: string,
    took: ReadonlyMap<string, number>,
    memoryBytes: ReadonlyMap<string, number> = new Map(),
  ): Promise<void> {
    const durations = new Map([
      ...took,
      ...[...memoryBytes].map(([task, bytes]) => [memoryKey(task), bytes] as const),
    ])
    if (durations.size === 0) return
    await withLock(this.#directory, 'history', () => {
      const all = new Map(Object.entries(this.#load()))
      for (const [task, durationMs] of durations) {
        const id = key(project, task)
        const runs = [...(all.get(id) ?? []), Math.round(durationMs)].slice(-runsKept)
        // Taken out first, so that it stands last.
        all.delete(id)
        all.set(id, runs)
      }
      const kept = [...all].slice(-tasksKept)
      writePrivateFile(this.#file, JSON.stringify(Object.fromEntries(kept)))
    })
  }

  get #file(): string {
    return join(this.#directory, 'history.json')
  }

  #load(): Durations {
    try {
      return JSON.parse(readFileSync(this.#file, 'utf8')) as Durations
    } catch {
      // Not there yet, or unreadable: then nothing is known, and it grows again.
      return {}
    }
  }
}

function key(project: string, task: string): string {
  return `${project}/${task}`
}

/** No task has such an id. */
function memoryKey(task: string): string {
  return `memory ${task}`
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  const upper = sorted[middle] ?? 0
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? 0) + upper) / 2
}
