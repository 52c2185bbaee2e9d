import { writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { EvidenceFolder, WriteOptions } from '../../drivers/evidence.ts'
import type { Redactor } from '../../exec/redactor.ts'
import { ensurePrivateDirectory } from '../../state/private-files.ts'
import { formatBytes } from '../../util/bytes.ts'

/** No single file is larger, so that a talkative one leaves room for the others (M4). */
const largestFileBytes = 4 * 2 ** 20
/** With less room than this, a file is left out rather than cut. */
const leastBytes = 1024

export interface EvidenceFilesInit {
  /** Made when the first file is written. */
  readonly directory: string
  /** All files together get no larger. */
  readonly maxBytes: number
  readonly redactor: Redactor
  /** Knows only what can never be an ordinary word. */
  readonly generatedRedactor: Redactor
}

/** What one source has written. */
export interface SourceFiles extends EvidenceFolder {
  /** Paths below the directory, in the order in which they were written. */
  readonly files: readonly string[]
  readonly notes: readonly string[]
  /** Files there was no room for. */
  readonly leftOut: number
}

/** The files of a run's evidence: private, without secrets, and bounded in size. */
export class EvidenceFiles {
  readonly #init: EvidenceFilesInit
  #freeBytes: number
  #isClosed = false

  constructor(init: EvidenceFilesInit) {
    this.#init = init
    this.#freeBytes = init.maxBytes
  }

  /** A folder for one source; what it writes is told apart from what the others write. */
  folder(): SourceFiles {
    const files: string[] = []
    const notes: string[] = []
    let leftOut = 0
    return {
      files,
      notes,
      get leftOut() {
        return leftOut
      },
      write: (path, text, options = {}) => {
        if (this.#isClosed) return
        const safe = safePath(path)
        if (this.#write(safe, text, options)) files.push(safe)
        else leftOut++
      },
      note: (text) => {
        if (!this.#isClosed) notes.push(this.#init.generatedRedactor.redact(text))
      },
      redact: (text) => this.#init.redactor.redact(text),
    }
  }

  /** Nothing is written from now on, whoever is still at it. */
  close(): void {
    this.#isClosed = true
  }

  #write(path: string, text: string, { keeps = 'end', isRedacted = false }: WriteOptions): boolean {
    const { directory, redactor, generatedRedactor } = this.#init
    const redacted = (isRedacted ? generatedRedactor : redactor).redact(text)
    const limit = Math.min(largestFileBytes, this.#freeBytes)
    const kept = withinBytes(redacted, limit, keeps)
    if (kept === undefined) return false
    const file = join(directory, path)
    ensurePrivateDirectory(dirname(file))
    writeFileSync(file, kept, { mode: 0o600 })
    this.#freeBytes -= Buffer.byteLength(kept)
    return true
  }
}

/** Names of pods and kinds as names of files; none of them leads out of the directory. */
function safePath(path: string): string {
  return path
    .split('/')
    .map((name) => name.replaceAll(/[^\w.@+-]/g, '-').replace(/^\.+$/, '-'))
    .join('/')
}

function withinBytes(text: string, limit: number, keeps: 'start' | 'end'): string | undefined {
  const bytes = Buffer.from(text)
  if (bytes.length <= limit) return text
  if (limit < leastBytes) return undefined
  // Room for the line that says so.
  const room = limit - 100
  const missing = formatBytes(bytes.length - room)
  if (keeps === 'start') return `${bytes.subarray(0, room).toString()}\n… ${missing} more are left out\n`
  return `… ${missing} before this are left out\n${bytes.subarray(bytes.length - room).toString()}`
}
