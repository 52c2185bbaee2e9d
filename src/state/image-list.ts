import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { withLock } from './lock.ts'
import { writePrivateFile } from './private-files.ts'

/** Names of images of one sort that `kindling gc --all` removes, in a file of the state directory. */
export class ImageList {
  readonly #directory: string
  readonly #name: string

  constructor(stateDirectory: string, name: string) {
    this.#directory = stateDirectory
    this.#name = name
  }

  list(): string[] {
    try {
      return JSON.parse(readFileSync(this.#file, 'utf8')) as string[]
    } catch {
      return []
    }
  }

  add(...references: readonly string[]): Promise<void> {
    return this.#change((images) => [...new Set([...images, ...references])])
  }

  remove(reference: string): Promise<void> {
    return this.#change((images) => images.filter((image) => image !== reference))
  }

  #change(edit: (images: string[]) => string[]): Promise<void> {
    return withLock(this.#directory, this.#name, () =>
      writePrivateFile(this.#file, `${JSON.stringify(edit(this.list()), null, 2)}\n`),
    )
  }

  get #file(): string {
    return join(this.#directory, `${this.#name}.json`)
  }
}
