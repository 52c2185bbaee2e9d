import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import { dirname } from 'node:path'
import { writeWhole } from '../../util/write-whole.ts'
import type { CallOptions } from '../container-engine.ts'
import type { EngineProgram } from '../engine-program.ts'
import { quiet } from '../quiet.ts'

interface NetworkRecord {
  readonly engine: string
  readonly name: string
  /** When it was made, as the engine has it; missing as long as that is not known. */
  readonly created?: string
}

/**
 * The network that all Kind clusters of an engine share. kind makes it with the first cluster and leaves it after the
 * last one; this remembers, for all environments of the host, whether it is there because of one of ours.
 */
export class KindNetwork {
  readonly #engine: EngineProgram
  readonly #file: string

  /** `file` is one for the host. What changes it is to be called by one process at a time. */
  constructor(engine: EngineProgram, file: string) {
    this.#engine = engine
    this.#file = file
  }

  /** To be called before a cluster is created: if the network is missing now, it will be ours. */
  async noteAbsence(options: CallOptions): Promise<void> {
    if ((await this.#created(options)) === undefined) this.#write({})
  }

  /** To be called after a cluster was created, so that the network is known from one that others make later. */
  async notePresence(options: CallOptions): Promise<void> {
    const record = this.#read()
    if (record === undefined || record.created !== undefined) return
    const created = await this.#created(options)
    if (created !== undefined) this.#write({ created })
  }

  /** Whether it could be removed, as far as can be seen at a glance. */
  async isRemovable(options: CallOptions): Promise<boolean> {
    const record = this.#read()
    if (record === undefined) return false
    const created = await this.#created(options)
    if (created === undefined || (record.created !== undefined && record.created !== created)) return false
    const filter = ['--filter', `network=${this.#name}`]
    return (await this.#lines(['ps', '--all', '--quiet', ...filter], options)).length === 0
  }

  /** Removes it if it is ours and no container is on it; resolves with its name if it did. */
  async remove(options: CallOptions): Promise<string | undefined> {
    if (!(await this.isRemovable(options))) return undefined
    const name = this.#name
    // The engine refuses when a container has come onto it in between.
    const refused = [1, 2, 125]
    await this.#engine.run(['network', 'rm', name], { ...quiet(options), okExitCodes: [0, ...refused] })
    if ((await this.#created(options)) !== undefined) return undefined
    rmSync(this.#file, { force: true })
    return name
  }

  get #name(): string {
    const variable = `KIND_EXPERIMENTAL_${this.#engine.name.toUpperCase()}_NETWORK`
    return this.#read()?.name ?? (process.env[variable] || 'kind')
  }

  async #created(options: CallOptions): Promise<string | undefined> {
    const names = await this.#lines(['network', 'ls', '--format', '{{.Name}}'], options)
    if (!names.includes(this.#name)) return undefined
    const { stdout } = await this.#engine.run(['network', 'inspect', this.#name], {
      ...quiet(options),
      isData: true,
    })
    const [network] = JSON.parse(stdout) as { readonly created?: string; readonly Created?: string }[]
    return network?.created ?? network?.Created ?? ''
  }

  async #lines(args: readonly string[], options: CallOptions): Promise<string[]> {
    const { stdout } = await this.#engine.run(args, { ...quiet(options), isData: true })
    return stdout.split('\n').filter(Boolean)
  }

  #read(): NetworkRecord | undefined {
    try {
      const record = JSON.parse(readFileSync(this.#file, 'utf8')) as NetworkRecord
      return record.engine === this.#engine.name ? record : undefined
    } catch {
      return undefined
    }
  }

  #write(known: Pick<NetworkRecord, 'created'>): void {
    const record: NetworkRecord = { engine: this.#engine.name, name: this.#name, ...known }
    mkdirSync(dirname(this.#file), { recursive: true, mode: 0o700 })
    writeWhole(this.#file, `${JSON.stringify(record)}\n`, 0o600)
  }
}
