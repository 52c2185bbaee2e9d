import type { CommandResult, Exec, ExecOptions } from '../../exec/exec.ts'
import type { CallOptions } from '../container-engine.ts'
import type { EngineProgram } from '../engine-program.ts'

export interface KindSettings {
  /** The engine of the run: the nodes are its containers. */
  readonly engine: Pick<EngineProgram, 'name' | 'variables'>
  /** A file of ours that kind takes for the user's kubeconfig; nobody else reads it. */
  readonly kubeconfig: string
  /** Name or path of the program; default `kind`. */
  readonly program?: string
  /** More variables for it, over those of this process. */
  readonly env?: Readonly<Record<string, string>>
}

/** The `kind` program with this run's settings; every call goes through here. */
export class Kind {
  readonly #exec: Exec
  readonly #settings: KindSettings

  constructor(exec: Exec, settings: KindSettings) {
    this.#exec = exec
    this.#settings = settings
  }

  /** Where kind writes what it would add to the user's kubeconfig. */
  get kubeconfig(): string {
    return this.#settings.kubeconfig
  }

  run(args: readonly string[], options?: ExecOptions): Promise<CommandResult> {
    const { program, engine, kubeconfig, env } = this.#settings
    return this.#exec.run(
      {
        program: program ?? 'kind',
        args,
        env: {
          ...env,
          ...engine.variables,
          KIND_EXPERIMENTAL_PROVIDER: engine.name,
          // Of the user's own these two would choose another cluster, and have their kubeconfig changed.
          KIND_CLUSTER_NAME: undefined,
          KUBECONFIG: kubeconfig,
        },
      },
      options,
    )
  }

  /** As in `0.32.0`; `undefined` for a build that has no such number. */
  async version(options?: CallOptions): Promise<string | undefined> {
    const { stdout } = await this.run(['version'], { ...options, isData: true })
    return /\d+\.\d+\.\d+/.exec(stdout)?.[0]
  }

  /** The names of all clusters of the engine, whosever they are. */
  async clusters(options?: CallOptions): Promise<readonly string[]> {
    const { stdout } = await this.run(['get', 'clusters'], { ...options, isData: true })
    return stdout.split('\n').filter(Boolean)
  }

  /** The text of a cluster's kubeconfig. */
  async kubeconfigOf(cluster: string, options?: CallOptions): Promise<string> {
    const { stdout } = await this.run(['get', 'kubeconfig', '--name', cluster], { ...options, isData: true })
    return `${stdout}\n`
  }

  /** Writes what there is to know of a cluster's nodes into a directory: their logs, those of the pods, inspections. */
  async exportLogs(cluster: string, directory: string, options?: CallOptions): Promise<void> {
    await this.run(['export', 'logs', directory, '--name', cluster], options)
  }
}
