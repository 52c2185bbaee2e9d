import { readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { withLock } from './lock.ts'
import { writePrivateFile } from './private-files.ts'

/** A host port on 127.0.0.1 that belongs to an environment until it is released. */
export interface PortLease {
  readonly port: number
  readonly owner: string
  /** What it is for, for example `gateway.api`; one lease for each use of an owner. */
  readonly use: string
}

export interface PortRequest {
  readonly use: string
  /** A port the configuration fixes; otherwise any free one. */
  readonly fixed?: number
}

/** A fixed port that cannot be had. */
export interface PortConflict {
  readonly use: string
  readonly port: number
  /** The environment that holds it, or `undefined` when it is some other program. */
  readonly owner: string | undefined
}

/**
 * Below the range Linux hands out for outgoing connections (32768 and up, `ip_local_port_range`), so that no client
 * socket sits on a port between lease and use; and above those that services commonly choose.
 */
const range = { first: 20_000, last: 32_000 }

/** Host ports, shared by all Kindling processes of this user through one file under a lock. */
export class PortLeases {
  readonly #directory: string
  readonly #isFree: (port: number) => Promise<boolean>

  constructor(stateDirectory: string, isFree: (port: number) => Promise<boolean> = canBind) {
    this.#directory = stateDirectory
    this.#isFree = isFree
  }

  list(): PortLease[] {
    try {
      return JSON.parse(readFileSync(this.#file, 'utf8')) as PortLease[]
    } catch {
      return []
    }
  }

  /**
   * Leases a port for each request, all of them or none. What the owner holds already stays as it is, whether or
   * not something listens there by now: it is ours.
   */
  async acquire(
    owner: string,
    requests: readonly PortRequest[],
  ): Promise<{ ports: ReadonlyMap<string, number> } | { conflicts: readonly PortConflict[] }> {
    return withLock(this.#directory, 'ports', async () => {
      const leases = this.list()
      const ports = new Map<string, number>()
      const conflicts: PortConflict[] = []
      const wanted = [...requests].sort(
        (a, b) => Number(b.fixed !== undefined) - Number(a.fixed !== undefined),
      )
      for (const { use, fixed } of wanted) {
        const held = leases.find((lease) => lease.owner === owner && lease.use === use)
        if (held !== undefined && (fixed === undefined || held.port === fixed)) {
          ports.set(use, held.port)
          continue
        }
        const port = fixed ?? (await this.#findFree(leases))
        const holder = leases.find((lease) => lease.port === port)
        if (holder !== undefined || (fixed !== undefined && !(await this.#isFree(port)))) {
          conflicts.push({ use, port, owner: holder?.owner })
          continue
        }
        if (held !== undefined) leases.splice(leases.indexOf(held), 1)
        leases.push({ port, owner, use })
        ports.set(use, port)
      }
      if (conflicts.length > 0) return { conflicts }
      writePrivateFile(this.#file, `${JSON.stringify(leases, null, 2)}\n`)
      return { ports }
    })
  }

  async release(owner: string): Promise<void> {
    await withLock(this.#directory, 'ports', () => {
      const kept = this.list().filter((lease) => lease.owner !== owner)
      writePrivateFile(this.#file, `${JSON.stringify(kept, null, 2)}\n`)
    })
  }

  get #file(): string {
    return join(this.#directory, 'ports.json')
  }

  async #findFree(leases: readonly PortLease[]): Promise<number> {
    const taken = new Set(leases.map((lease) => lease.port))
    const size = range.last - range.first + 1
    // A random start keeps two hosts' worth of state directories (root's and a user's) from meeting at the first port.
    const start = Math.floor(Math.random() * size)
    for (let offset = 0; offset < size; offset++) {
      const port = range.first + ((start + offset) % size)
      if (!taken.has(port) && (await this.#isFree(port))) return port
    }
    throw new Error(`no free TCP port between ${range.first} and ${range.last}`)
  }
}

/** Whether a server could listen there now, on 127.0.0.1 and so on every address that includes it. */
export function canBind(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => server.close(() => resolve(true)))
  })
}
