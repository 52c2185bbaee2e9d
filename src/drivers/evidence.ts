import { CommandError } from '../exec/command-error.ts'

/** Where a source puts what it has found. What it has written stays, whatever becomes of it later. */
export interface EvidenceFolder {
  /**
   * Writes a file below the folder: private, without secrets, and of what is too long the end only, unless its beginning
   * counts for more. Nothing is written once the time for gathering is over.
   */
  write(path: string, text: string, options?: WriteOptions): void
  /** Something that whoever looks for the cause of a failure should see at once, in a sentence. */
  note(text: string): void
  /** The text without any secret, also without those that are ordinary words elsewhere. */
  redact(text: string): string
}

export interface WriteOptions {
  /** Which part counts, where not all of it can be kept; default the end. */
  readonly keeps?: 'start' | 'end'
  /** The source has taken out secrets that may be ordinary words, so that the names in it can be read. */
  readonly isRedacted?: boolean
}

export interface EvidenceOptions {
  /** Aborted when the time for gathering is over. */
  readonly signal: AbortSignal
  /** For a single question, milliseconds, so that one that is never answered leaves time for the others. */
  readonly timeoutMs: number
}

/** Something that can tell of a failure. To add one, implement this in a file of its own and name it among the others. */
export interface EvidenceSource {
  /** For people: `events`. */
  readonly title: string
  /**
   * Writes down what there is; nothing, when there is nothing yet. A rejection is told beside what the others found,
   * and ends none of them.
   */
  collect(folder: EvidenceFolder, options: EvidenceOptions): Promise<void>
}

/** Waits for all parts of a source; then rejects with every reason there was, in a line each. */
export async function allOf(parts: readonly Promise<unknown>[]): Promise<void> {
  const ended = await Promise.allSettled(parts)
  const reasons = ended.flatMap((end) => (end.status === 'rejected' ? [end.reason as unknown] : []))
  if (reasons.length > 0)
    throw new Error([...new Set(reasons.map(reasonOf))].join('\n'), { cause: reasons[0] })
}

/** Why something could not be found out, in the words of whom was asked. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof CommandError)) return error instanceof Error ? error.message : String(error)
  const words = error.tail.trim().split('\n').at(-1) ?? ''
  return words === '' ? `${error.message}: ${error.where}` : `${error.message}: ${words}`
}
