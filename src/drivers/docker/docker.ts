import type { Command } from '../../exec/command.ts'
import { CommandError } from '../../exec/command-error.ts'
import type { CommandResult, Exec, ExecOptions } from '../../exec/exec.ts'
import type { EngineProgram } from '../engine-program.ts'
import { bounded } from '../unattended.ts'

export interface DockerSettings {
  /** Name or path of the program; default `docker`. */
  readonly program?: string
  /** Variables for it, over those of this process: `DOCKER_HOST`, `DOCKER_BUILDKIT`. */
  readonly env?: Readonly<Record<string, string>>
}

/** What builds an image: BuildKit, or what docker had before and falls back to. */
export type Builder = 'buildkit' | 'legacy'

/** The `docker` program with this run's settings; every call goes through here. */
export class Docker implements EngineProgram {
  readonly name = 'docker'
  readonly variables: Readonly<Record<string, string>>
  readonly #exec: Exec
  readonly #program: string
  #builder: Builder | undefined

  constructor(exec: Exec, settings: DockerSettings = {}) {
    this.#exec = exec
    this.#program = settings.program ?? 'docker'
    this.variables = settings.env ?? {}
  }

  run(args: readonly string[], options?: ExecOptions & Pick<Command, 'env'>): Promise<CommandResult> {
    const env = { ...this.variables, ...options?.env }
    return this.#exec.run({ program: this.#program, args, env }, bounded(options))
  }

  /**
   * The builder that this program has: from version 23 on BuildKit is a plugin, which may be missing. Whoever sets
   * `DOCKER_BUILDKIT=0` gets the legacy one, as from docker itself. It is asked once.
   */
  async builder(signal?: AbortSignal): Promise<Builder> {
    this.#builder ??= await this.#askForBuilder(signal)
    return this.#builder
  }

  async #askForBuilder(signal: AbortSignal | undefined): Promise<Builder> {
    const DOCKER_BUILDKIT = this.variables.DOCKER_BUILDKIT ?? process.env.DOCKER_BUILDKIT ?? '1'
    try {
      // Only BuildKit has a choice of how progress is shown.
      const { stdout } = await this.run(['build', '--help'], {
        env: { DOCKER_BUILDKIT },
        ...(signal === undefined ? {} : { signal }),
      })
      return stdout.includes('--progress') ? 'buildkit' : 'legacy'
    } catch (error) {
      if (error instanceof CommandError && error.reason === 'exit') return 'legacy'
      throw error
    }
  }
}
