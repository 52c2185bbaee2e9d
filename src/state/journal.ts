import { appendFileSync, existsSync, readFileSync } from 'node:fs'
import type { ProcessIdentity } from '../exec/process-tree.ts'
import { writePrivateFile } from './private-files.ts'

/** What was made for an owner and cannot say so itself: it carries none of our labels, or several share it. */
export type JournalEntry =
  | { readonly kind: 'process'; readonly process: ProcessIdentity; readonly program: string }
  | { readonly kind: 'process-ended'; readonly process: ProcessIdentity }
  /** A name of an image, written down before it is given: the image lives as long as any of its names. */
  | { readonly kind: 'image'; readonly reference: string }
  | { readonly kind: 'image-removed'; readonly reference: string }

/** The variable that everything started for an owner has, as `NAME=value`: by it what lost its parent is known as ours. */
export function ownerVariable(id: string): string {
  return `KINDLING_OWNER=${id}`
}

/**
 * An append-only file per owner, one JSON object a line, so that a Kindling that was killed leaves nothing unknown.
 * What an engine makes with our labels on it is found by them, not through here.
 */
export class Journal {
  readonly #file: string

  constructor(file: string) {
    this.#file = file
  }

  append(entry: JournalEntry): void {
    // A line of its own, whatever a full disk has left of the one before.
    appendFileSync(this.#file, `\n${JSON.stringify(entry)}\n`, { mode: 0o600 })
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

  /** Processes that were started and not seen to end. */
  openProcesses(): ProcessIdentity[] {
    const open = new Map<string, ProcessIdentity>()
    for (const entry of this.read()) {
      if (entry.kind === 'process') open.set(key(entry.process), entry.process)
      if (entry.kind === 'process-ended') open.delete(key(entry.process))
    }
    return [...open.values()]
  }

  /** Names of images that were given and not taken back. */
  images(): string[] {
    const images = new Set<string>()
    for (const entry of this.read()) {
      if (entry.kind === 'image') images.add(entry.reference)
      if (entry.kind === 'image-removed') images.delete(entry.reference)
    }
    return [...images]
  }

  /** Leaves only the images; for a holder that has seen to it that no process is left. */
  compact(): void {
    const lines = this.images().map((reference) => `${JSON.stringify({ kind: 'image', reference })}\n`)
    writePrivateFile(this.#file, lines.join(''))
  }
}

function key(process: ProcessIdentity): string {
  return `${process.pid}:${process.startTime}`
}
