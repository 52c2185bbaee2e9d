import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { CoverageRecordFile } from './coverage-record.ts'
import type { EnvironmentRecord } from './environment-record.ts'
import { Journal } from './journal.ts'
import { ensurePrivateDirectory, writePrivateFile } from './private-files.ts'
import { ServiceResults } from './service-results.ts'

/** The environments of this host, one directory each, with a record and a journal. */
export class EnvironmentStore {
  readonly #directory: string

  constructor(stateDirectory: string) {
    this.#directory = join(stateDirectory, 'environments')
  }

  list(): EnvironmentRecord[] {
    if (!existsSync(this.#directory)) return []
    return readdirSync(this.#directory)
      .map((id) => this.read(id))
      .filter((record) => record !== undefined)
  }

  /** Ids of which something is there but no record: a process was killed before it could write one. */
  unrecorded(): string[] {
    if (!existsSync(this.#directory)) return []
    return readdirSync(this.#directory).filter((id) => this.read(id) === undefined)
  }

  /** The record, or `undefined` when there is none: nothing was made, or everything is gone again. */
  read(id: string): EnvironmentRecord | undefined {
    try {
      return JSON.parse(readFileSync(this.#record(id), 'utf8')) as EnvironmentRecord
    } catch (error) {
      if (error instanceof SyntaxError || (error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
      throw error
    }
  }

  write(record: EnvironmentRecord): void {
    writePrivateFile(this.#record(record.id), `${JSON.stringify(record, null, 2)}\n`)
  }

  journal(id: string): Journal {
    return new Journal(join(ensurePrivateDirectory(join(this.#directory, id)), 'journal.ndjson'))
  }

  /** What its services have given. */
  results(id: string): ServiceResults {
    return new ServiceResults(join(this.#directory, id, 'results.json'))
  }

  /** How its coverage is measured, where it is. */
  coverage(id: string): CoverageRecordFile {
    return new CoverageRecordFile(join(this.#directory, id, 'coverage.json'))
  }

  /** Forgets an environment; only after everything it owned is gone. */
  remove(id: string): void {
    rmSync(join(this.#directory, id), { recursive: true, force: true })
  }

  #record(id: string): string {
    return join(this.#directory, id, 'record.json')
  }
}
