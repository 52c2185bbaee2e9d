import type { Exec, ExecOptions } from '../exec/exec.ts'

/** Looks into tar files with the system's `tar`. Rejects with `CommandError` for what is no tar. */
export class Tar {
  readonly #exec: Exec
  readonly #options: ExecOptions

  constructor(exec: Exec, options: Pick<ExecOptions, 'signal'> = {}) {
    this.#exec = exec
    this.#options = { ...options, isData: true }
  }

  /** The names of all that is in it, as they stand there. */
  async members(tarFile: string): Promise<readonly string[]> {
    return (await this.#run('-tf', tarFile)).split('\n').filter(Boolean)
  }

  /** The text of one of its members. */
  read(tarFile: string, member: string): Promise<string> {
    return this.#run('-xOf', tarFile, member)
  }

  async #run(...args: readonly string[]): Promise<string> {
    return (await this.#exec.run({ program: 'tar', args }, this.#options)).stdout
  }
}
