import type { CommandResult, ExecOptions } from '../../exec/exec.ts'
import type { EngineProgram } from '../engine-program.ts'

/** A node of a cluster as loading sees it: programs that can be run in it. Rejects with `CommandError`. */
export interface NodeCli {
  readonly name: string
  exec(command: readonly string[], options?: ExecOptions): Promise<CommandResult>
}

/** A node that is a container of an engine, as those of Kind are. */
export class EngineNode implements NodeCli {
  readonly name: string
  readonly #program: Pick<EngineProgram, 'run'>

  /** `name` is that of the container. */
  constructor(program: Pick<EngineProgram, 'run'>, name: string) {
    this.#program = program
    this.name = name
  }

  exec(command: readonly string[], options: ExecOptions = {}): Promise<CommandResult> {
    const interactive = options.stdin === undefined ? [] : ['--interactive']
    return this.#program.run(['exec', ...interactive, this.name, ...command], options)
  }
}
