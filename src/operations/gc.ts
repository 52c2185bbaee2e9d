import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { ContainerEngine } from '../drivers/container-engine.ts'
import { engineNames } from '../drivers/engines.ts'
import { labels } from '../drivers/labels.ts'
import { type EnvironmentRecord, isExpired, isWanted } from '../state/environment-record.ts'
import type { ImageList } from '../state/image-list.ts'
import { removeHalfWritten } from '../state/private-files.ts'
import { removeUnnamedImages } from '../tasks/remove-environment.ts'
import { down } from './down.ts'
import { isHeld, isIdHeld, isProjectIdle, withOwner } from './hold.ts'
import type { Host } from './host.ts'
import { settle } from './reap.ts'

export interface GcOptions {
  readonly host: Host
  readonly signal: AbortSignal
  /** Also removes base images, and what `kindling build` made, as far as nothing uses them. */
  readonly all: boolean
  readonly onRemoved: (what: string) => void
  /** Told of what was left alone, and why. */
  readonly onKept: (what: string) => void
}

/**
 * Reaps what nobody will ask for any more: environments whose process died half-way, whose time is over, or whose
 * repository is gone. What a process was at that died while it changed an environment is ended.
 */
export async function gc(options: GcOptions): Promise<void> {
  const { host, signal, onRemoved, onKept } = options
  for (const record of host.store.list()) {
    const why = whyUnwanted(record, host)
    if (isHeld(host, record)) onKept(`environment ${record.id}: a process works on it`)
    else if (why !== undefined) await remove(record, why, options)
    else if (record.state === 'changing') await settle(record, 'gc', { host, signal, onRemoved })
    else onKept(`environment ${record.id}: \`kindling down\` removes it`)
  }
  await removeStrays(host)
  await host.holds.sweep()
  // Not in those of environments, where containers write, and which go whole.
  for (const name of ['.', 'holds', 'reaped', 'podman', 'file-hashes']) {
    removeHalfWritten(join(host.stateDirectory, name))
  }
  for (const { id } of host.reaped.list()) host.reaped.remove(id)
  if (options.all) await removeKeptImages(options)
}

function whyUnwanted(record: EnvironmentRecord, host: Host): string | undefined {
  if (!isWanted(record)) return 'its process was killed'
  if (isExpired(record, host.clock.epochMs())) return 'it was kept until now'
  return existsSync(record.configFile) ? undefined : `${record.configFile} is gone`
}

async function remove(record: EnvironmentRecord, why: string, options: GcOptions): Promise<void> {
  await down(record, options)
  options.onRemoved(`${record.kind} ${record.id}: ${why}`)
}

/** Of what was killed before it could write a record, no more than processes and ports are there. */
async function removeStrays(host: Host): Promise<void> {
  const leases = host.ports.list().filter(({ owner }) => host.store.read(owner) === undefined)
  const ids = new Set([...host.store.unrecorded(), ...leases.map(({ owner }) => owner)])
  for (const id of ids) {
    // To hold it is to end its processes and, without a record, to release its ports.
    if (!isIdHeld(host, id)) await withOwner(host, { id, projectId: '' }, 'gc', async () => {})
  }
}

async function removeKeptImages(options: GcOptions): Promise<void> {
  const { host, signal, onKept } = options
  for (const name of engineNames) {
    // Without an image of ours in it, an engine need not even be there.
    if (name !== 'podman' && host.built(name).list().length === 0) continue
    const { engine } = await host.openEngine(host.exec(), { signal, preference: name })
    await removeListed(host.built(name), engine, options)
    const mayRemove = (project: string) => isProjectIdle(host, project, '')
    await removeUnnamedImages(engine, { [labels.project]: '' }, mayRemove, { signal })
  }
  const [user] = host.store.list()
  if (user === undefined) await removeBaseImages(options)
  else onKept(`base images: ${user.id} may be built on them`)
}

async function removeBaseImages(options: GcOptions): Promise<void> {
  const { host, signal } = options
  const { engine } = await host.openPodman(host.exec(), { signal })
  for (const image of await engine.findImages({ [labels.base]: 'true' }, { signal })) {
    // What is built on a base inherits its labels.
    if (image.labels[labels.project] !== undefined) continue
    for (const reference of image.references) await removeNamed(reference, engine, options)
  }
  await removeListed(host.pulled, engine, options)
}

/** What cannot be removed now stays listed, for the next time. */
async function removeListed(list: ImageList, engine: ContainerEngine, options: GcOptions): Promise<void> {
  for (const reference of list.list()) {
    const isThere = (await engine.imageId(reference, { signal: options.signal })) !== undefined
    if (!isThere || (await removeNamed(reference, engine, options))) await list.remove(reference)
  }
}

async function removeNamed(
  reference: string,
  engine: ContainerEngine,
  { signal, onRemoved, onKept }: GcOptions,
): Promise<boolean> {
  const isRemoved = await engine.removeImage(reference, { signal })
  if (isRemoved) onRemoved(`image ${reference}`)
  else onKept(`image ${reference}: something uses it`)
  return isRemoved
}
