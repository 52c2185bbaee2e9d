import { readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { writePrivateFile } from './private-files.ts'

/** What became of the work of a process that was killed. */
export interface Reaped {
  /** Of the environment, or of the build. */
  readonly id: string
  /** The process that was killed, and what it was. */
  readonly pid: number
  readonly command: string
  /** Wall clock, milliseconds since the epoch. */
  readonly at: number
  /** `stays` when it was up before: then only what the process was at was ended. */
  readonly fate: 'removed' | 'stays' | 'left'
  /** File that says what was done; absent where the process had no run yet. */
  readonly log?: string
}

/** So many are remembered; the oldest go first. */
const mostKept = 20

/** What was reaped on this host, a file each, until somebody is told of it. */
export class ReapedList {
  readonly #directory: string

  constructor(stateDirectory: string) {
    this.#directory = join(stateDirectory, 'reaped')
  }

  /** Oldest first. */
  list(): Reaped[] {
    return this.#names()
      .flatMap((name) => this.#read(join(this.#directory, name)) ?? [])
      .sort((a, b) => a.at - b.at)
  }

  read(id: string): Reaped | undefined {
    return this.#read(this.#file(id))
  }

  write(reaped: Reaped): void {
    writePrivateFile(this.#file(reaped.id), `${JSON.stringify(reaped, null, 2)}\n`)
    for (const { id } of this.list().slice(0, -mostKept)) this.remove(id)
  }

  remove(id: string): void {
    rmSync(this.#file(id), { force: true })
  }

  #names(): string[] {
    try {
      return readdirSync(this.#directory).filter((name) => name.endsWith('.json'))
    } catch {
      return []
    }
  }

  #read(file: string): Reaped | undefined {
    try {
      return JSON.parse(readFileSync(file, 'utf8')) as Reaped
    } catch {
      return undefined
    }
  }

  #file(id: string): string {
    return join(this.#directory, `${id}.json`)
  }
}
