import type { Command } from '../../exec/command.ts'
import type { CommandResult, Exec, ExecOptions } from '../../exec/exec.ts'
import type { EngineProgram } from '../engine-program.ts'
import { bounded } from '../unattended.ts'

export interface PodmanSettings {
  /** A configuration file to use instead of the machine's own, where containers do not start with that. */
  readonly containersConf?: string
}

/** The `podman` program with this run's settings; every call goes through here. */
export class Podman implements EngineProgram {
  readonly name = 'podman'
  readonly variables: Readonly<Record<string, string>>
  readonly #exec: Exec

  constructor(exec: Exec, settings: PodmanSettings = {}) {
    this.#exec = exec
    this.variables = settings.containersConf === undefined ? {} : { CONTAINERS_CONF: settings.containersConf }
  }

  run(args: readonly string[], options?: ExecOptions & Pick<Command, 'env'>): Promise<CommandResult> {
    const env = { ...options?.env, ...this.variables }
    return this.#exec.run({ program: 'podman', args, env }, bounded(options))
  }

  /** Runs a command that prints JSON; an empty answer is an empty list. */
  async json<T>(args: readonly string[], options?: ExecOptions): Promise<T> {
    const { stdout } = await this.run(args, { ...options, isData: true })
    return JSON.parse(stdout.trim() || '[]') as T
  }

  /** Runs a program of the host as the user who owns the containers' namespaces: root's own, or podman's for others. */
  runInNamespace([program = '', ...args]: readonly string[], options?: ExecOptions): Promise<CommandResult> {
    if (process.getuid?.() === 0) return this.#exec.run({ program, args }, options)
    return this.run(['unshare', program, ...args], options)
  }
}
