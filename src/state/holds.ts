import { readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { identify, isAlive, type ProcessIdentity } from '../exec/process-tree.ts'
import { withLock } from './lock.ts'
import { writePrivateFile } from './private-files.ts'

/** Who works on something at the moment. */
export interface Holder extends ProcessIdentity {
  readonly command: string
  /** Wall clock, milliseconds since the epoch. */
  readonly since: number
}

export type Acquired = { readonly heldBy: Holder } | { readonly release: () => void }

/** Between two looks at a hold that another process has, milliseconds. */
const pollMs = 100

/**
 * Things that one process at a time works on, for as long as it likes. A hold ends with its release or with its
 * process, whatever killed it: the holder is known by its pid and start time, so that no heartbeat is needed.
 */
export class Holds {
  readonly #directory: string

  constructor(stateDirectory: string) {
    this.#directory = join(stateDirectory, 'holds')
  }

  /** Takes it, or answers with the living process that has it. */
  async acquire(name: string, command: string): Promise<Acquired> {
    const file = this.#file(name)
    return withLock(this.#directory, 'holds', () => {
      const holder = this.holder(name)
      if (holder !== undefined) return { heldBy: holder }
      const self: Holder = {
        ...(identify(process.pid) ?? { pid: process.pid, startTime: '' }),
        command,
        since: Date.now(),
      }
      writePrivateFile(file, JSON.stringify(self))
      return { release: () => rmSync(file, { force: true }) }
    })
  }

  /** Takes it as soon as nobody else has it; rejects with the signal's reason. `onWait` is told once of the holder. */
  async wait(
    name: string,
    command: string,
    sleep: (ms: number) => Promise<void>,
    onWait: (holder: Holder) => void = () => {},
  ): Promise<() => void> {
    for (let attempt = 0; ; attempt++) {
      const acquired = await this.acquire(name, command)
      if ('release' in acquired) return acquired.release
      if (attempt === 0) onWait(acquired.heldBy)
      await sleep(pollMs)
    }
  }

  /** The living process that has it. */
  holder(name: string): Holder | undefined {
    const holder = this.lastHolder(name)
    return holder !== undefined && isAlive(holder) ? holder : undefined
  }

  /** The process that has it, or had it when it was killed. */
  lastHolder(name: string): Holder | undefined {
    try {
      return JSON.parse(readFileSync(this.#file(name), 'utf8')) as Holder
    } catch {
      // Nobody has it, or the holder was killed while it wrote.
      return undefined
    }
  }

  /** Names of everything that a living process has. */
  held(): string[] {
    try {
      return readdirSync(this.#directory)
        .filter((file) => file.endsWith('.json'))
        .map((file) => file.slice(0, -'.json'.length))
        .filter((name) => this.holder(name) !== undefined)
    } catch {
      return []
    }
  }

  /** Removes what is left of holders that were killed. */
  async sweep(): Promise<void> {
    await withLock(this.#directory, 'holds', () => {
      const held = new Set(this.held().map((name) => this.#file(name)))
      for (const entry of readdirSync(this.#directory)) {
        const file = join(this.#directory, entry)
        if (entry.endsWith('.json') && !held.has(file)) rmSync(file, { force: true })
      }
    })
  }

  #file(name: string): string {
    return join(this.#directory, `${name}.json`)
  }
}
