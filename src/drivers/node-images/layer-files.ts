import { mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { CallOptions } from '../container-engine.ts'
import type { LayerSource } from './layer-source.ts'
import type { ImageDescription, LayerFile } from './oci-archive.ts'

interface Entry {
  readonly digest: string
  readonly owner: LayerLease
  file: Promise<LayerFile>
  users: number
}

/**
 * Layers that are on their way to nodes, as files in a private directory: each is written once, whoever needs it, and
 * removed when nobody does any more.
 */
export class LayerFiles {
  readonly #source: LayerSource
  readonly #parent: string
  readonly #entries = new Map<string, Entry>()
  #directory: string | undefined
  #count = 0

  /** The private directory is made in `parent` when it is first needed. */
  constructor(source: LayerSource, parent: string) {
    this.#source = source
    this.#parent = parent
  }

  /** Files for one load; they stay until it is released. */
  lease(): LayerLease {
    return new LayerLease(this)
  }

  /** Removes everything; nothing may be in use. */
  close(): void {
    this.#entries.clear()
    if (this.#directory !== undefined) rmSync(this.#directory, { recursive: true, force: true })
    this.#directory = undefined
  }

  /** Entries of these layers, each with one user more; those that nobody writes are written for this lease. */
  use(
    image: ImageDescription,
    digests: ReadonlySet<string>,
    owner: LayerLease,
    options: CallOptions,
  ): readonly Entry[] {
    const own = new Set([...digests].filter((digest) => !this.#entries.has(digest)))
    if (own.size > 0) {
      const writing = this.#write(image, own, owner, options)
      for (const digest of own) {
        const file = writing.then((files) => files.get(digest) as LayerFile)
        const entry: Entry = { digest, owner, file, users: 0 }
        file.catch(() => this.#forget(entry))
        this.#entries.set(digest, entry)
      }
    }
    return [...digests].flatMap((digest) => {
      const entry = this.#entries.get(digest)
      if (entry === undefined) return []
      entry.users++
      return [entry]
    })
  }

  leave(entry: Entry): void {
    if (--entry.users > 0) return
    this.#forget(entry)
    entry.file.then(({ path }) => rmSync(path, { force: true })).catch(() => {})
  }

  #forget(entry: Entry): void {
    if (this.#entries.get(entry.digest) === entry) this.#entries.delete(entry.digest)
  }

  async #write(
    image: ImageDescription,
    digests: ReadonlySet<string>,
    owner: LayerLease,
    options: CallOptions,
  ): Promise<ReadonlyMap<string, LayerFile>> {
    // mkdtemp makes it for this user alone.
    this.#directory ??= mkdtempSync(join(this.#parent, 'layers-'))
    const directory = join(this.#directory, `${this.#count++}`)
    mkdirSync(directory, { mode: 0o700 })
    try {
      owner.bytesWritten += await this.#source.writeLayers(image, digests, directory, options)
      return new Map(
        [...digests].map((digest) => {
          const path = join(directory, digest.slice(digest.indexOf(':') + 1))
          return [digest, { path, size: statSync(path).size }]
        }),
      )
    } catch (error) {
      rmSync(directory, { recursive: true, force: true })
      throw error
    }
  }
}

/** The layer files that one load needs. */
export class LayerLease {
  readonly #files: LayerFiles
  readonly #entries = new Map<string, Entry>()
  /** Bytes that were written to disk for this load; what was written for others is not counted. */
  bytesWritten = 0

  constructor(files: LayerFiles) {
    this.#files = files
  }

  /** Has layers of an image as files; resolves with all that this lease has. */
  async have(
    image: ImageDescription,
    digests: Iterable<string>,
    options: CallOptions,
  ): Promise<Map<string, LayerFile>> {
    const more = new Set([...digests].filter((digest) => !this.#entries.has(digest)))
    for (const entry of this.#files.use(image, more, this, options)) this.#entries.set(entry.digest, entry)
    const failed = new Set<string>()
    const files = new Map<string, LayerFile>()
    for (const [digest, entry] of this.#entries) {
      try {
        files.set(digest, await entry.file)
      } catch (error) {
        if (this.#entries.get(digest) === entry) this.#entries.delete(digest)
        // That another load could not write it, perhaps because it was cancelled, says nothing of this one.
        if (entry.owner === this || options.signal?.aborted) throw error
        failed.add(digest)
      }
    }
    return failed.size === 0 ? files : this.have(image, failed, options)
  }

  release(): void {
    for (const entry of this.#entries.values()) this.#files.leave(entry)
    this.#entries.clear()
  }
}
