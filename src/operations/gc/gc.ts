import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { engineNames } from '../../drivers/engines.ts'
import { labels } from '../../drivers/labels.ts'
import { type EnvironmentRecord, isExpired, isWanted } from '../../state/environment-record.ts'
import { removeHalfWritten } from '../../state/private-files.ts'
import { removeUnnamedImages } from '../../tasks/remove-environment.ts'
import { formatBytes } from '../../util/bytes.ts'
import { formatDuration } from '../../util/duration.ts'
import { removeHeld } from '../down.ts'
import type { Host } from '../host.ts'
import { OperationError } from '../operation-error.ts'
import { isHeld, isIdHeld, isProjectIdle, withOwner } from '../owner/hold.ts'
import { settle } from '../owner/reap.ts'
import { chooseImages, type ImageLimits } from './choose-images.ts'
import { keptImages } from './kept-images.ts'

export interface GcOptions {
  readonly host: Host
  readonly signal: AbortSignal
  /** Also removes base images, and what `kindling build` made, as far as nothing uses them: all of it, or what is said. */
  readonly images?: ImageLimits
  /** Removes nothing, and tells what would go. */
  readonly isDryRun?: boolean
  /** Told of that, and of how much it frees at most, bytes, where that is known. */
  readonly onPlanned?: (what: string, bytes?: number) => void
  readonly onRemoved: (what: string) => void
  /** Told of what was left alone, and why. */
  readonly onKept: (what: string) => void
}

/**
 * Reaps what nobody will ask for any more: environments whose process died half-way, whose time is over, or whose
 * repository is gone. What a process was at that died while it changed an environment is ended.
 */
export async function gc(options: GcOptions): Promise<void> {
  const { host, images, isDryRun = false } = options
  const failures: unknown[] = []
  for (const { id } of host.store.list()) {
    try {
      await collect(id, options)
    } catch (error) {
      if (options.signal.aborted) throw error
      options.onKept(`environment ${id}: ${error instanceof Error ? error.message : error}`)
      // One that somebody works on by now is no failure.
      if (!isBusy(error)) failures.push(error)
    }
  }
  if (!isDryRun) {
    await removeStrays(host)
    await host.holds.sweep()
    // Not in those of environments, where containers write, and which go whole.
    for (const name of ['.', 'holds', 'reaped', 'podman', 'file-hashes']) {
      removeHalfWritten(join(host.stateDirectory, name))
    }
    for (const { id } of host.reaped.list()) host.reaped.remove(id)
  }
  if (images !== undefined) await removeKeptImages(images, options)
  if (failures.length > 0) throw failures[0]
}

async function collect(id: string, options: GcOptions): Promise<void> {
  const { host, signal, isDryRun = false, onRemoved, onKept, onPlanned } = options
  const record = host.store.read(id)
  if (record === undefined) return
  const why = whyUnwanted(record, host)
  const what = `${record.kind} ${record.id}`
  if (isHeld(host, record)) onKept(`environment ${record.id}: a process works on it`)
  else if (why !== undefined && isDryRun) onPlanned?.(`${what}: ${why}`)
  else if (why !== undefined) await remove(record, options)
  else if (record.state !== 'changing') onKept(`environment ${record.id}: \`kindling down\` removes it`)
  else if (isDryRun) onPlanned?.(`what a killed process has left of ${what}`)
  else await settle(record, 'gc', { host, signal, onRemoved })
}

function whyUnwanted(record: EnvironmentRecord, host: Host): string | undefined {
  if (!isWanted(record)) return 'its process was killed'
  if (isExpired(record, host.clock.epochMs())) return 'it has expired'
  return existsSync(record.configFile) ? undefined : `${record.configFile} is gone`
}

/** Unless somebody has brought it up in the very moment before it was held, or removed it. */
async function remove({ id, projectId }: EnvironmentRecord, options: GcOptions): Promise<void> {
  const { host, signal, onRemoved } = options
  const removeUnwanted = async () => {
    const record = host.store.read(id)
    const why = record === undefined ? undefined : whyUnwanted(record, host)
    if (record === undefined || why === undefined) return
    await removeHeld(record, options)
    onRemoved(`${record.kind} ${id}: ${why}`)
  }
  await withOwner(host, { id, projectId }, 'gc', removeUnwanted, signal)
}

function isBusy(error: unknown): boolean {
  return error instanceof OperationError && error.code === 'E_ENVIRONMENT_BUSY'
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

/** What can be told of images that share layers is only how much they are at most. */
async function removeKeptImages(limits: ImageLimits, options: GcOptions): Promise<void> {
  const { host, signal, isDryRun = false, onRemoved, onKept, onPlanned } = options
  const [user] = host.store.list()
  const kept = await keptImages(host, { hasUsers: user !== undefined, signal })
  const nowMs = host.clock.epochMs()
  const { going } = chooseImages(kept, limits, nowMs)
  // What stands on a base is newer, and goes before it.
  for (const image of going.toReversed()) {
    const what = `image ${image.reference} (${formatBytes(image.bytes)}, made ${formatDuration(nowMs - image.createdMs)} ago)`
    if (isDryRun) onPlanned?.(what, image.bytes)
    else if (await image.remove()) onRemoved(what)
    else onKept(`image ${image.reference}: something uses it`)
  }
  if (user !== undefined) onKept(`base images: ${user.id} may be built on them`)
  if (!isDryRun) await removeUnnamed(options)
}

async function removeUnnamed({ host, signal }: GcOptions): Promise<void> {
  const mayRemove = (project: string) => isProjectIdle(host, project, '')
  for (const name of engineNames) {
    if (name !== 'podman' && host.built(name).list().length === 0) continue
    const { engine } = await host.openEngine(host.exec(), { signal, preference: name })
    await removeUnnamedImages(engine, { [labels.project]: '' }, mayRemove, { signal })
  }
}
