import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { withLock } from './lock.ts'
import { writePrivateFile } from './private-files.ts'

/**
 * Values by key in a file of the state directory, for what is good to know and may be lost: those written longest ago
 * go first when there are too many, and a file that cannot be read counts as empty.
 */
export class BoundedFile<Value> {
  readonly #directory: string
  readonly #name: string
  readonly #mostKeys: number

  constructor(directory: string, name: string, mostKeys: number) {
    this.#directory = directory
    this.#name = name
    this.#mostKeys = mostKeys
  }

  /** In the order of writing, the latest last. */
  read(): ReadonlyMap<string, Value> {
    try {
      return new Map(Object.entries(JSON.parse(readFileSync(this.#file, 'utf8')) as Record<string, Value>))
    } catch {
      return new Map()
    }
  }

  /** Writes values under keys, each made from what is there; of several processes, one after another. */
  async update(changes: ReadonlyMap<string, (before: Value | undefined) => Value>): Promise<void> {
    if (changes.size === 0) return
    await withLock(this.#directory, this.#name, () => {
      const all = new Map(this.read())
      for (const [key, change] of changes) {
        const value = change(all.get(key))
        // Taken out first, so that it stands last.
        all.delete(key)
        all.set(key, value)
      }
      writePrivateFile(this.#file, JSON.stringify(Object.fromEntries([...all].slice(-this.#mostKeys))))
    })
  }

  get #file(): string {
    return join(this.#directory, `${this.#name}.json`)
  }
}
