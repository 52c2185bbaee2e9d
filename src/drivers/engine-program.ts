import type { CommandResult, ExecOptions } from '../exec/exec.ts'

/** The program of a container engine with this run's settings, for what is no image: containers, and what calls it. */
export interface EngineProgram {
  readonly name: 'podman' | 'docker'
  /** What another program that calls the engine must have in its environment, to meet it with the same settings. */
  readonly variables: Readonly<Record<string, string>>
  run(args: readonly string[], options?: ExecOptions): Promise<CommandResult>
}
