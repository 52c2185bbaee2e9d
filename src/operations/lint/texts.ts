import { readFileSync } from 'node:fs'

/** The texts of files, each read once. */
export class Texts {
  /** By absolute path. */
  readonly read: Map<string, string> = new Map()

  find(file: string): string | undefined {
    const known = this.read.get(file)
    if (known !== undefined) return known
    try {
      const text = readFileSync(file, 'utf8')
      this.read.set(file, text)
      return text
    } catch {
      return undefined
    }
  }

  /** All that have been read, but for some. */
  without(files: readonly string[]): ReadonlyMap<string, string> {
    return new Map([...this.read].filter(([file]) => !files.includes(file)))
  }
}
