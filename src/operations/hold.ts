import { endLeftoverProcesses } from '../tasks/remove-environment.ts'
import type { Host } from './host.ts'
import { OperationError } from './operation-error.ts'

/**
 * Runs `action` while no other process works on the environment, after ending what an earlier one that was killed
 * left running in it. Throws `E_ENVIRONMENT_BUSY` while another living process has it. An environment of which
 * nothing was recorded leaves no trace in the state directory.
 */
export async function withEnvironment<T>(
  host: Host,
  id: string,
  command: string,
  action: () => Promise<T>,
): Promise<T> {
  const held = await host.store.acquire(id, `kindling ${command}`)
  if ('heldBy' in held) {
    const { pid, command: other } = held.heldBy
    throw new OperationError(
      'E_ENVIRONMENT_BUSY',
      `another process works on the environment ${id}: \`${other}\`, process ${pid}`,
      'wait until it has finished, or end it with Ctrl-C',
    )
  }
  try {
    await endLeftoverProcesses(host.store.journal(id))
    return await action()
  } finally {
    await held.release()
  }
}
