import { readFileSync, rmSync } from 'node:fs'
import { writePrivateFile } from './private-files.ts'

/** What is needed to collect the coverage of an environment and to read it, whoever takes it down. */
export interface CoverageRecord {
  /** Where the report goes: in the directory of the run that brought it up. */
  readonly directory: string
  /** Root of the repository. */
  readonly root: string
  /** The images that are measured, by name. */
  readonly images: Readonly<
    Record<string, { readonly language: string; readonly paths: Readonly<Record<string, string>> }>
  >
}

/** The file that says that the coverage of an environment is measured; gone once it was collected. */
export class CoverageRecordFile {
  readonly #file: string

  constructor(file: string) {
    this.#file = file
  }

  read(): CoverageRecord | undefined {
    try {
      return JSON.parse(readFileSync(this.#file, 'utf8')) as CoverageRecord
    } catch {
      // Not there, or cut short: then there is nothing to collect.
      return undefined
    }
  }

  write(record: CoverageRecord): void {
    writePrivateFile(this.#file, `${JSON.stringify(record, null, 2)}\n`)
  }

  remove(): void {
    rmSync(this.#file, { force: true })
  }
}
