import { existsSync, mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { type Collection, deletionArgs } from '../collection.ts'
import type { CallOptions } from '../container-engine.ts'
import { labelFilter, labels } from '../labels.ts'
import type { Podman } from '../podman/podman.ts'

/** Which containers of an environment write, and where to. */
export interface WrittenVolume {
  readonly environment: string
  /** Where the containers have it. */
  readonly mountPoint: string
  /** Its name in the pods, each of which has one of its own. */
  readonly name: string
  /** Of all volumes of the environment. */
  readonly volumeDirectory: string
}

interface ContainerEntry {
  readonly Id: string
  readonly Mounts?: readonly string[] | null
}

/**
 * Ends the containers that write to a volume, and copies what they and those before them have written; without
 * processes to end, only that. Rejects with `CommandError`.
 */
export async function collectFromPods(
  podman: Podman,
  { environment, mountPoint, name, volumeDirectory }: WrittenVolume,
  { to, graceSeconds, isResumed, staying }: Collection,
  options: CallOptions,
): Promise<void> {
  const filter = [...labelFilter({ [labels.environment]: environment }), '--filter', 'status=running']
  const entries = await podman.json<ContainerEntry[]>(['ps', ...filter, '--format', 'json'], options)
  const ids = entries.filter(({ Mounts }) => Mounts?.includes(mountPoint)).map(({ Id }) => Id)
  if (ids.length > 0) await podman.run(['stop', '--time', `${graceSeconds}`, ...ids], options)
  try {
    for (const [pod, directory] of volumesCalled(name, volumeDirectory)) {
      const copy = join(to, pod)
      mkdirSync(copy, { recursive: true, mode: 0o700 })
      // As podman: without root, the files belong to a user that only exists in its namespace.
      const copying = ['cp', '-R', '--no-preserve=all', '--', `${directory}/.`, copy]
      await podman.runInNamespace(copying, options)
      if (isResumed) await podman.runInNamespace(['find', ...deletionArgs(directory, staying)], options)
    }
  } finally {
    // Whoever was interrupted meanwhile is not left with an environment that has stopped.
    if (isResumed && ids.length > 0) await podman.run(['start', ...ids])
  }
}

/** The directories of the volumes of this name, by pod. */
function volumesCalled(name: string, volumeDirectory: string): (readonly [pod: string, directory: string])[] {
  const parent = join(volumeDirectory, 'directories')
  if (!existsSync(parent)) return []
  const ending = `.${name}`
  return readdirSync(parent)
    .filter((entry) => entry.endsWith(ending))
    .map((entry) => [entry.slice(0, -ending.length), join(parent, entry)])
}
