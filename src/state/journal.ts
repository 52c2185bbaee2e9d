import { appendFileSync, existsSync, readFileSync, rmSync } from 'node:fs'
import type { ProcessIdentity } from '../exec/process-tree.ts'

/** What was started for an environment and cannot carry our labels. */
export type JournalEntry =
  | { readonly kind: 'process'; readonly process: ProcessIdentity; readonly program: string }
  | { readonly kind: 'process-ended'; readonly process: ProcessIdentity }

/**
 * An append-only file per environment, one JSON object a line, so that a Kindling that was killed leaves nothing
 * unknown. What an engine makes carries our labels from its first moment and is found by them, not through here.
 */
export class Journal {
  readonly #file: string

  constructor(file: string) {
    this.#file = file
  }

  append(entry: JournalEntry): void {
    appendFileSync(this.#file, `${JSON.stringify(entry)}\n`, { mode: 0o600 })
  }

  /** All whole entries; a last line torn by a kill was never acted on. */
  read(): JournalEntry[] {
    if (!existsSync(this.#file)) return []
    const entries: JournalEntry[] = []
    for (const line of readFileSync(this.#file, 'utf8').split('\n')) {
      try {
        if (line !== '') entries.push(JSON.parse(line) as JournalEntry)
      } catch {}
    }
    return entries
  }

  /** Starts anew; for a holder of the environment that has dealt with everything in it. */
  clear(): void {
    rmSync(this.#file, { force: true })
  }

  /** Processes that were started and not seen to end. */
  openProcesses(): ProcessIdentity[] {
    const open = new Map<string, ProcessIdentity>()
    for (const entry of this.read()) {
      if (entry.kind === 'process') open.set(key(entry.process), entry.process)
      if (entry.kind === 'process-ended') open.delete(key(entry.process))
    }
    return [...open.values()]
  }
}

function key(process: ProcessIdentity): string {
  return `${process.pid}:${process.startTime}`
}
