import { endLeftoverProcesses } from '../tasks/remove-environment.ts'
import type { Host } from './host.ts'
import { OperationError } from './operation-error.ts'

/** Who makes things: an environment, or a build. */
export interface Owner {
  readonly id: string
  readonly projectId: string
}

function holdName({ id, projectId }: Owner): string {
  return `owner.${projectId}.${id}`
}

/** Whether a living process works on it. */
export function isHeld(host: Host, owner: Owner): boolean {
  return host.holds.holder(holdName(owner)) !== undefined
}

/** Whether no process works on any owner of the project but this one. */
export function isProjectIdle(host: Host, projectId: string, except: string): boolean {
  const prefix = holdName({ projectId, id: '' })
  return host.holds.held().every((name) => !name.startsWith(prefix) || name === prefix + except)
}

/**
 * Runs `action` while no other process works for the owner, after ending what an earlier one that was killed left
 * running. Throws `E_ENVIRONMENT_BUSY` while another living process does. An owner of which nothing was recorded
 * leaves no trace in the state directory.
 */
export async function withOwner<T>(
  host: Host,
  owner: Owner,
  command: string,
  action: () => Promise<T>,
): Promise<T> {
  const { id } = owner
  const held = await host.holds.acquire(holdName(owner), `kindling ${command}`)
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
    if (host.store.read(id) === undefined) host.store.remove(id)
    held.release()
  }
}
