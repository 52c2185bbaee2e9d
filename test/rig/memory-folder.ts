import type { EvidenceFolder } from '../../src/drivers/evidence.ts'

/** Keeps what a source writes; nothing is secret but the word `hush`. */
export class MemoryFolder implements EvidenceFolder {
  readonly notes: string[] = []
  readonly #files = new Map<string, string>()

  get paths(): string[] {
    return [...this.#files.keys()].sort()
  }

  text(path: string): string {
    return this.#files.get(path) ?? ''
  }

  write(path: string, text: string, { isRedacted = false }: { readonly isRedacted?: boolean } = {}): void {
    this.#files.set(path, isRedacted ? text : this.redact(text))
  }

  note(text: string): void {
    this.notes.push(text)
  }

  redact(text: string): string {
    return text.replaceAll('hush', '***')
  }
}
