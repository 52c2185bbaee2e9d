import { existsSync } from 'node:fs'
import { join, relative } from 'node:path'

/** Enough to see what is wrong with the mapping. */
const mostUnknown = 3

/** The files of the repository behind the paths that programs know their files by. */
export class RepositoryPaths {
  readonly #roots: readonly (readonly [from: string, to: string])[]
  readonly #unknown = new Set<string>()

  /** `roots` are directories of the repository, by what stands for them; of those that fit, the longest counts. */
  constructor(roots: Iterable<readonly [from: string, to: string]>) {
    this.#roots = [...roots]
      .map(([from, to]) => [from.replace(/\/+$/, ''), to] as const)
      .sort(([a], [b]) => b.length - a.length)
  }

  /** All pairs, the longest first. */
  get roots(): readonly (readonly [from: string, to: string])[] {
    return this.#roots
  }

  /** Some of the paths that were asked for and lead to no file of the repository. */
  get unknown(): readonly string[] {
    return [...this.#unknown]
  }

  /** Absolute path of a file of the repository; `undefined`, and noted, when there is none. */
  find(path: string): string | undefined {
    const file = this.map(path)
    if (file !== undefined && existsSync(file)) return file
    if (this.#unknown.size < mostUnknown) this.#unknown.add(path)
    return undefined
  }

  /** Whether a file, by its absolute path, is one of the repository already. */
  has(file: string): boolean {
    return this.#roots.some(([, to]) => !relative(to, file).startsWith('..')) && existsSync(file)
  }

  /** Where the file would be; one that a build makes need not be there. */
  map(path: string): string | undefined {
    const root = this.#roots.find(([from]) => path === from || path.startsWith(`${from}/`))
    return root === undefined ? undefined : join(root[1], path.slice(root[0].length))
  }
}
