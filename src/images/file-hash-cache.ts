import { createHash } from 'node:crypto'
import { type BigIntStats, mkdirSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { type Clock, systemClock } from '../util/clock.ts'
import { writeWhole } from '../util/write-whole.ts'
import { fileDigest } from './file-digest.ts'

/** The first word of a cache file; another one means that the file is of another Kindling. */
const format = 'kindling-file-hashes-1'
const dayMs = 24 * 60 * 60 * 1_000
/** What has not been asked for in this many days is dropped. */
const keepDays = 30
/**
 * How coarse the time stamps of a file system may be, milliseconds: 2 s on FAT. Within it, a file may change after it
 * was read and still have the times that it had before.
 */
const stampGranularityMs = 2_000

interface Entry {
  readonly stamp: string
  readonly digest: string
  /** Day since the epoch. */
  seenOn: number
}

/**
 * Digests of files by what the file system says of them, so that an unchanged file is not read again. One cache file
 * per build context, replaced as a whole: of two processes that write at once the last wins, and what the other had
 * learnt is read once more.
 */
export class FileHashCache {
  readonly #directory: string
  readonly #clock: Pick<Clock, 'epochMs'>
  readonly #contexts = new Map<string, ContextHashes>()

  /** `directory` is created when there is something to keep, for its owner alone. */
  constructor(directory: string, clock: Pick<Clock, 'epochMs'> = systemClock) {
    this.#directory = directory
    this.#clock = clock
  }

  /** The digests of a build context, by its absolute path. */
  of(context: string): ContextHashes {
    const known = this.#contexts.get(context)
    if (known !== undefined) return known
    const name = createHash('sha256').update(context).digest('hex').slice(0, 32)
    const hashes = new ContextHashes(context, this.#clock, join(this.#directory, name))
    this.#contexts.set(context, hashes)
    return hashes
  }

  /** Keeps what was learnt, and forgets the contexts that nobody has asked for in a month. */
  save(): void {
    const written = [...this.#contexts.values()].filter((hashes) => hashes.isChanged)
    if (written.length === 0) return
    mkdirSync(this.#directory, { recursive: true, mode: 0o700 })
    for (const hashes of written) hashes.save()
    const oldest = this.#clock.epochMs() - keepDays * dayMs
    const asked = new Set([...this.#contexts.values()].map(({ file }) => file))
    for (const name of readdirSync(this.#directory)) {
      const path = join(this.#directory, name)
      if (asked.has(path)) continue
      const stats = statSync(path, { throwIfNoEntry: false })
      if (stats !== undefined && stats.mtimeMs < oldest) rmSync(path, { force: true })
    }
  }
}

/** The digests of one build context. Without a file they are kept for no later process. */
export class ContextHashes {
  readonly #context: string
  readonly #clock: Pick<Clock, 'epochMs'>
  /** Where they are kept. */
  readonly file: string | undefined
  readonly #entries: Map<string, Entry>
  readonly #reading = new Map<string, Promise<string>>()
  readonly #today: number
  #isChanged = false

  constructor(context: string, clock: Pick<Clock, 'epochMs'> = systemClock, file?: string) {
    this.#context = context
    this.#clock = clock
    this.file = file
    this.#today = Math.floor(clock.epochMs() / dayMs)
    this.#entries = file === undefined ? new Map() : readEntries(file)
  }

  get isChanged(): boolean {
    return this.#isChanged
  }

  /** SHA-256 of a file's content in hex; `path` is relative to the context. A promise only where it must be read. */
  digest(path: string, stats: BigIntStats): string | Promise<string> {
    const stamp = stampOf(stats)
    const entry = this.#entries.get(path)
    if (entry?.stamp === stamp) {
      if (entry.seenOn !== this.#today) {
        entry.seenOn = this.#today
        this.#isChanged = true
      }
      return entry.digest
    }
    const key = `${stamp} ${path}`
    const reading = this.#reading.get(key) ?? this.#read(path, stamp, stats)
    this.#reading.set(key, reading)
    return reading.finally(() => this.#reading.delete(key))
  }

  /** Writes the digests; those of files that nobody has asked for in a month are left out. */
  save(): void {
    if (this.file === undefined) return
    const fields = [format]
    for (const [path, { stamp, digest, seenOn }] of this.#entries) {
      if (this.#today - seenOn <= keepDays) fields.push(path, `${digest} ${seenOn} ${stamp}`)
    }
    writeWhole(this.file, fields.join('\0'), 0o600)
    this.#isChanged = false
  }

  async #read(path: string, stamp: string, stats: BigIntStats): Promise<string> {
    const readAtMs = this.#clock.epochMs()
    const digest = await fileDigest(`${this.#context}/${path}`, stats.size)
    const changedMs = Math.max(Number(stats.ctimeMs), Number(stats.mtimeMs))
    // Otherwise it is "racily clean", as git calls it: it may still change without a change of its times.
    if (changedMs + stampGranularityMs < readAtMs) {
      this.#entries.set(path, { stamp, digest, seenOn: this.#today })
      this.#isChanged = true
    }
    return digest
  }
}

/** The change time is what nobody can set back. */
function stampOf({ size, mtimeNs, ctimeNs, ino, mode }: BigIntStats): string {
  return `${size} ${mtimeNs} ${ctimeNs} ${ino} ${mode}`
}

function readEntries(file: string): Map<string, Entry> {
  const entries = new Map<string, Entry>()
  const [head, ...fields] = textOf(file).split('\0')
  if (head !== format) return entries
  for (let i = 0; i + 1 < fields.length; i += 2) {
    const [path = '', text = ''] = [fields[i], fields[i + 1]]
    const [digest = '', seenOn] = text.split(' ', 2)
    const stamp = text.slice(digest.length + 2 + (seenOn?.length ?? 0))
    entries.set(path, { stamp, digest, seenOn: Number(seenOn) })
  }
  return entries
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    // Not there, or not to be read: then every file is read once.
    return ''
  }
}
