import type { Holder } from '../../state/holds.ts'
import { endLeftoverProcesses } from '../../tasks/remove-environment.ts'
import { formatDuration } from '../../util/duration.ts'
import type { Host } from '../host.ts'
import { OperationError } from '../operation-error.ts'
import { startReaper } from './reaper.ts'

/** Who makes things: an environment, or a build. */
export interface Owner {
  readonly id: string
  readonly projectId: string
}

/** What works on an owner whose process was killed. */
export const reapCommand = 'reap'

/** Between two looks at what another process has, milliseconds. */
const pollMs = 100

function holdName({ id, projectId }: Owner): string {
  return `owner.${projectId}.${id}`
}

/** Whether a living process works on it. */
export function isHeld(host: Host, owner: Owner): boolean {
  return host.holds.holder(holdName(owner)) !== undefined
}

/** Whether a living process works on it, where its project is not known. */
export function isIdHeld(host: Host, id: string): boolean {
  return host.holds.held().some((name) => name.startsWith('owner.') && name.endsWith(`.${id}`))
}

/** Who has worked on it last and has not come to an end, dead or alive. */
export function lastHolder(host: Host, owner: Owner): Holder | undefined {
  return host.holds.lastHolder(holdName(owner))
}

/** Whether no process works on any owner of the project but this one. */
export function isProjectIdle(host: Host, projectId: string, except: string): boolean {
  const prefix = holdName({ projectId, id: '' })
  return host.holds.held().every((name) => !name.startsWith(prefix) || name === prefix + except)
}

/**
 * Runs `action` while no other process works for the owner, after ending what an earlier one that was killed left
 * running; should this one be killed, a reaper does what is left to do. Waits for a reaper, and throws
 * `E_ENVIRONMENT_BUSY` while any other living process works for the owner. One of which nothing was recorded leaves no
 * trace in the state directory.
 */
export async function withOwner<T>(
  host: Host,
  owner: Owner,
  command: string,
  action: () => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  const { id } = owner
  const release = await acquire(host, owner, command, signal)
  const dismissReaper = startReaper(host, owner)
  try {
    await endLeftoverProcesses(host.store, id)
    return await action()
  } finally {
    try {
      if (host.store.read(id) === undefined) {
        if (host.ports.list().some((lease) => lease.owner === id)) await host.ports.release(id)
        host.store.remove(id)
      }
    } finally {
      release()
      dismissReaper()
    }
  }
}

async function acquire(
  host: Host,
  owner: Owner,
  command: string,
  signal: AbortSignal | undefined,
): Promise<() => void> {
  for (let attempt = 0; ; attempt++) {
    const held = await host.holds.acquire(holdName(owner), commandLine(command))
    if ('release' in held) return held.release
    if (held.heldBy.command !== commandLine(reapCommand)) throw busy(host, owner, held.heldBy)
    if (attempt === 0) {
      host.onNotice(
        `process ${held.heldBy.pid} is cleaning up after a killed run of ${owner.id}; waiting for it`,
      )
    }
    await host.clock.sleep(pollMs, signal)
  }
}

function commandLine(command: string): string {
  return `kindling ${command}`
}

function busy(host: Host, { id }: Owner, { pid, command, since }: Holder): OperationError {
  const time = new Date(since).toTimeString().slice(0, 8)
  const duration = formatDuration(host.clock.epochMs() - since)
  return new OperationError(
    'E_ENVIRONMENT_BUSY',
    `another process works on the environment ${id}: \`${command}\`, process ${pid}, since ${time} (${duration})`,
    `wait until it has finished, or end it with Ctrl-C or \`kill ${pid}\``,
  )
}
