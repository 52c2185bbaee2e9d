import { rmSync } from 'node:fs'
import type { CallOptions, ContainerEngine } from '../drivers/container-engine.ts'
import { labels } from '../drivers/labels.ts'
import type { Podman } from '../drivers/podman/podman.ts'
import { removeWorkingContainers } from '../drivers/podman/working-containers.ts'
import { removeEnvironmentPods, removeVolumeDirectory } from '../drivers/pods/pod-cluster.ts'
import { isAlive, type ProcessIdentity } from '../exec/process-tree.ts'
import { terminateTree } from '../exec/terminate.ts'
import type { EnvironmentRecord } from '../state/environment-record.ts'
import type { EnvironmentStore } from '../state/environment-store.ts'
import type { Journal } from '../state/journal.ts'
import type { PortLeases } from '../state/port-leases.ts'

export interface Removal {
  readonly podman: Podman
  readonly engine: ContainerEngine
  readonly store: EnvironmentStore
  readonly ports: PortLeases
  /** Private directory of the environment's volumes. */
  readonly volumeDirectory: string
  /** Told of each thing that was removed, in a few words. */
  readonly onRemoved: (what: string) => void
}

/** A process that was left running gets this long to end after SIGTERM, milliseconds. */
const processGraceMs = 3_000

/**
 * Removes everything of an environment: what the journal and the labels know, in an order in which nothing is needed
 * any more when it goes. Works after `kill -9` at any point, and again after having been interrupted itself; the
 * record goes last.
 */
export async function removeEnvironment(
  record: Pick<EnvironmentRecord, 'id' | 'directories'>,
  removal: Removal,
  options: CallOptions,
): Promise<void> {
  const { podman, store, ports, onRemoved } = removal
  for (const { pid } of await endLeftoverProcesses(store.journal(record.id))) onRemoved(`process ${pid}`)

  for (const what of await removeEnvironmentPods(podman, record.id, options)) onRemoved(what)
  for (const id of await removeWorkingContainers(podman, record.id)) {
    onRemoved(`container ${id.slice(0, 12)} of a build`)
  }
  await removeImages(record.id, removal, options)

  await removeVolumeDirectory(podman, removal.volumeDirectory)
  for (const directory of record.directories) rmSync(directory, { recursive: true, force: true })
  await ports.release(record.id)
  store.remove(record.id)
}

/** Ends what a Kindling that was killed left running, with all it started. */
export async function endLeftoverProcesses(journal: Journal): Promise<readonly ProcessIdentity[]> {
  const processes = journal.openProcesses().filter(isAlive)
  await Promise.all(processes.map((process) => terminateTree(process, processGraceMs)))
  journal.clear()
  return processes
}

async function removeImages(
  environment: string,
  { engine, onRemoved }: Removal,
  options: CallOptions,
): Promise<void> {
  const owner = { [labels.environment]: environment }
  for (const { references } of await engine.findImages(owner, options)) {
    for (const reference of references) {
      if (await engine.removeImage(reference, options)) onRemoved(`image ${reference}`)
    }
  }
  // Layers of builds that failed or were killed have no name. One goes only after those built on it.
  for (let removed = true; removed; ) {
    removed = false
    for (const { id } of await engine.findImages(owner, { ...options, all: true })) {
      if (await engine.removeImage(id, options)) removed = true
    }
  }
}
