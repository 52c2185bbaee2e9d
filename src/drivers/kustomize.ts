import type { Command } from '../exec/command.ts'
import { CommandError } from '../exec/command-error.ts'
import type { Exec, ExecOptions } from '../exec/exec.ts'

/**
 * The manifests of a kustomization, as YAML: from `kustomize`, or, where that is not installed, from the kustomize
 * that is part of kubectl. `directory` is absolute. Rejects with a `CommandError`; its reason is `spawn` when neither
 * is there.
 */
export async function renderKustomization(
  exec: Exec,
  directory: string,
  options: Pick<ExecOptions, 'signal' | 'timeoutMs'> = {},
): Promise<string> {
  const run = async (command: Command) => (await exec.run(command, { ...options, isData: true })).stdout
  try {
    return await run({ program: 'kustomize', args: ['build', directory] })
  } catch (error) {
    if (!(error instanceof CommandError) || error.reason !== 'spawn') throw error
    return run({ program: 'kubectl', args: ['kustomize', directory] })
  }
}
