import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { withLock } from './lock.ts'
import { writePrivateFile } from './private-files.ts'

/** External images that Kindling pulled and that were not there before: a pull cannot label them. */
export class PulledImages {
  readonly #directory: string

  constructor(stateDirectory: string) {
    this.#directory = stateDirectory
  }

  list(): string[] {
    try {
      return JSON.parse(readFileSync(this.#file, 'utf8')) as string[]
    } catch {
      return []
    }
  }

  add(reference: string): Promise<void> {
    return this.#change((images) => [...new Set([...images, reference])])
  }

  remove(reference: string): Promise<void> {
    return this.#change((images) => images.filter((image) => image !== reference))
  }

  #change(edit: (images: string[]) => string[]): Promise<void> {
    return withLock(this.#directory, 'pulled', () =>
      writePrivateFile(this.#file, `${JSON.stringify(edit(this.list()), null, 2)}\n`),
    )
  }

  get #file(): string {
    return join(this.#directory, 'pulled-images.json')
  }
}
