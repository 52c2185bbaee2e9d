import { readFileSync } from 'node:fs'
import { writePrivateFile } from './private-files.ts'

/** What a service has given, and what it was made from when it did. */
interface ServiceResult {
  readonly key: string
  readonly outputs: Readonly<Record<string, string>>
}

/**
 * What the services of an environment have given, in a private file, so that it is known as long as they stand. To be
 * forgotten *before* a service is changed: what is known is true even after a kill. One process at a time works on an
 * environment, and so on its file.
 */
export class ServiceResults {
  readonly #file: string
  readonly #results: Map<string, ServiceResult>

  constructor(file: string) {
    this.#file = file
    this.#results = new Map(Object.entries(read(file)))
  }

  /** The outputs of a service as long as it is made from the same; `undefined` when they are not known. */
  find(service: string, key: string): Readonly<Record<string, string>> | undefined {
    const result = this.#results.get(service)
    return result?.key === key ? result.outputs : undefined
  }

  keep(service: string, key: string, outputs: Readonly<Record<string, string>>): void {
    this.#results.set(service, { key, outputs })
    this.#write()
  }

  /** Forgets these services, or all of them. */
  forget(services: Iterable<string> = [...this.#results.keys()]): void {
    const forgotten = [...services].filter((service) => this.#results.delete(service))
    if (forgotten.length > 0) this.#write()
  }

  #write(): void {
    writePrivateFile(this.#file, `${JSON.stringify(Object.fromEntries(this.#results), null, 2)}\n`)
  }
}

/** A file that is not there, or was not written by us, says nothing. */
function read(file: string): Record<string, ServiceResult> {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Record<string, ServiceResult>
  } catch (error) {
    if (error instanceof SyntaxError || (error as NodeJS.ErrnoException).code === 'ENOENT') return {}
    throw error
  }
}
