import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { identify, isAlive, type ProcessIdentity } from '../exec/process-tree.ts'
import type { EnvironmentRecord } from './environment-record.ts'
import { Journal } from './journal.ts'
import { withLock } from './lock.ts'
import { ensurePrivateDirectory, writePrivateFile } from './private-files.ts'

/** Who works on an environment at the moment. */
export interface Holder extends ProcessIdentity {
  readonly command: string
}

/** The environments of this host, one directory each: a record, a journal, and who holds it. */
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

  read(id: string): EnvironmentRecord | undefined {
    return readJson<EnvironmentRecord>(join(this.#directory, id, 'record.json'))
  }

  write(record: EnvironmentRecord): void {
    writePrivateFile(join(this.#directory, record.id, 'record.json'), `${JSON.stringify(record, null, 2)}\n`)
  }

  journal(id: string): Journal {
    return new Journal(join(ensurePrivateDirectory(join(this.#directory, id)), 'journal.ndjson'))
  }

  /** Forgets an environment; only after everything it owned is gone. */
  remove(id: string): void {
    rmSync(join(this.#directory, id), { recursive: true, force: true })
  }

  /**
   * Takes an environment for this process. Answers with the other holder when there is a living one; a holder that
   * died, whatever killed it, does not count. The hold ends with `release`, which also removes the traces of an
   * environment without a record, or with this process.
   */
  async acquire(id: string, command: string): Promise<{ heldBy: Holder } | { release: () => Promise<void> }> {
    const file = join(this.#directory, id, 'holder.json')
    return withLock(this.#directory, 'environments', () => {
      const holder = readJson<Holder>(file)
      if (holder !== undefined && isAlive(holder)) return { heldBy: holder }
      const self: Holder = { ...(identify(process.pid) ?? { pid: process.pid, startTime: '' }), command }
      writePrivateFile(file, JSON.stringify(self))
      return { release: () => this.#release(id, self) }
    })
  }

  /** Under the lock, and only while it is still ours: whoever comes next must not lose its hold to us. */
  #release(id: string, self: Holder): Promise<void> {
    return withLock(this.#directory, 'environments', () => {
      const file = join(this.#directory, id, 'holder.json')
      const holder = readJson<Holder>(file) ?? self
      if (holder.pid !== self.pid || holder.startTime !== self.startTime) return
      if (this.read(id) === undefined) this.remove(id)
      else rmSync(file, { force: true })
    })
  }

  /** Who works on it now, if anybody does. */
  holder(id: string): Holder | undefined {
    const holder = readJson<Holder>(join(this.#directory, id, 'holder.json'))
    return holder !== undefined && isAlive(holder) ? holder : undefined
  }
}

function readJson<T>(file: string): T | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as T
  } catch (error) {
    if (error instanceof SyntaxError || (error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}
