import { rmSync } from 'node:fs'
import type { CallOptions, ContainerEngine } from '../drivers/container-engine.ts'
import { type Labels, labels } from '../drivers/labels.ts'
import { unattendedLimitMs } from '../drivers/unattended.ts'
import { CommandError } from '../exec/command-error.ts'
import { groupOf, isAlive, type ProcessIdentity } from '../exec/process-tree.ts'
import { terminateContents, terminateTree } from '../exec/terminate.ts'
import type { EnvironmentRecord } from '../state/environment-record.ts'
import type { EnvironmentStore } from '../state/environment-store.ts'
import { ownerVariable } from '../state/journal.ts'
import type { PortLeases } from '../state/port-leases.ts'

export interface Removal {
  /** Removes what serves it, and tells what that was, in a few words each; a build has nothing of the sort. */
  readonly removeCluster?: (options: CallOptions) => Promise<readonly string[]>
  readonly engine: ContainerEngine
  readonly store: EnvironmentStore
  readonly ports: PortLeases
  /** Whether no process but this one works on an environment or build of the project. */
  readonly isProjectIdle: (projectId: string, except: string) => boolean
  /** Told of each thing that was removed, in a few words. */
  readonly onRemoved: (what: string) => void
  /** Told why nothing seems to happen, in a sentence. */
  readonly onNotice?: (text: string) => void
}

/** A removal that takes longer than this is told of, milliseconds: most take two seconds, that of a cluster five. */
const noticeAfterMs = 10_000

type Removed = Pick<EnvironmentRecord, 'id' | 'projectId' | 'directories'>

/** A process that was left running gets this long to end by itself, and again after SIGTERM, milliseconds. */
const processGraceMs = 3_000

/** An engine that hung may have done so once. */
const attempts = 2

/**
 * Removes everything of an environment: what the journal and the labels know, in an order in which nothing is needed
 * any more when it goes. Works after `kill -9` at any point, and again after having been interrupted itself; the
 * record goes last. Whatever the engine does, it comes to an end.
 */
export async function removeEnvironment(
  record: Removed,
  removal: Removal,
  options: CallOptions,
): Promise<void> {
  const { engine, onNotice = () => {} } = removal
  const notice = setTimeout(
    () => onNotice(`still removing what ${record.id} has in ${engine.name}`),
    noticeAfterMs,
  )
  try {
    for (let attempt = 1; ; attempt++) {
      try {
        await removeAll(record, removal, { timeoutMs: unattendedLimitMs, ...options })
        return
      } catch (error) {
        const hasHung = error instanceof CommandError && error.reason === 'timeout'
        if (!hasHung || attempt === attempts) throw error
        onNotice(`\`${error.where}\` did not answer and was ended; once more`)
      }
    }
  } finally {
    clearTimeout(notice)
  }
}

async function removeAll(record: Removed, removal: Removal, options: CallOptions): Promise<void> {
  const { engine, store, ports, onRemoved } = removal
  markRemoved(record.id, store)
  for (const { pid } of await endLeftoverProcesses(store, record.id)) onRemoved(`process ${pid}`)

  for (const what of (await removal.removeCluster?.(options)) ?? []) onRemoved(what)
  for (const id of await engine.removeUnfinished(record.id)) {
    onRemoved(`container ${id.slice(0, 12)} of a build`)
  }
  await removeImages(record, removal, options)

  for (const directory of record.directories) rmSync(directory, { recursive: true, force: true })
  await ports.release(record.id)
  store.remove(record.id)
}

/** From here on nobody takes what is left for an environment that is up. */
function markRemoved(id: string, store: EnvironmentStore): void {
  const known = store.read(id)
  try {
    if (known !== undefined) store.write({ ...known, state: 'removing' })
  } catch {
    // A full disk must not keep anything from going.
  }
}

/** Ends what a Kindling that was killed left running, with all it started. */
export async function endLeftoverProcesses(
  store: EnvironmentStore,
  id: string,
): Promise<readonly ProcessIdentity[]> {
  const journal = store.journal(id)
  const processes = journal
    .openProcesses()
    .map((process) => ({ process, behind: groupOf(process, ownerVariable(id)) }))
    .filter(({ process, behind }) => isAlive(process) || behind.length > 0)
  await Promise.all(
    processes.map(async ({ process, behind }) => {
      await terminateContents(process, processGraceMs)
      await terminateTree(process, processGraceMs, behind)
    }),
  )
  journal.compact()
  return processes.map(({ process }) => process)
}

/**
 * Takes back the names this owner gave: an image goes with its last name, whoever gave that (I9). Layers of builds
 * that failed or were killed have no name; they go when nobody else of the project may be building on them.
 */
async function removeImages(
  { id, projectId }: Pick<EnvironmentRecord, 'id' | 'projectId'>,
  { engine, store, isProjectIdle, onRemoved }: Removal,
  options: CallOptions,
): Promise<void> {
  const journal = store.journal(id)
  for (const reference of journal.images()) {
    if (await engine.removeImage(reference, options)) onRemoved(`image ${reference}`)
    journal.append({ kind: 'image-removed', reference })
  }
  const mayRemove = () => isProjectIdle(projectId, id)
  await removeUnnamedImages(engine, { [labels.project]: projectId }, mayRemove, options)
}

/**
 * Removes images that carry these labels and have no name: those that lost it to a newer one, and layers of builds that
 * failed. `mayRemove` is asked with the project of each.
 */
export async function removeUnnamedImages(
  engine: ContainerEngine,
  wanted: Labels,
  mayRemove: (project: string) => boolean,
  options: CallOptions,
): Promise<void> {
  // One goes only after those that stand on it.
  for (let removed = true; removed; ) {
    removed = false
    for (const { id, references, labels: of } of await engine.findImages(wanted, { ...options, all: true })) {
      if (references.length > 0 || !mayRemove(of[labels.project] ?? '')) continue
      if (await engine.removeImage(id, options)) removed = true
    }
  }
}
