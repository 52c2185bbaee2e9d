import { existsSync } from 'node:fs'
import type { ContainerEngine } from '../drivers/container-engine.ts'
import { engineNames } from '../drivers/engines.ts'
import { labels } from '../drivers/labels.ts'
import type { EnvironmentRecord } from '../state/environment-record.ts'
import type { ImageList } from '../state/image-list.ts'
import { removeEnvironment } from '../tasks/remove-environment.ts'
import { down } from './down.ts'
import { isHeld, isProjectIdle, withOwner } from './hold.ts'
import type { Host } from './host.ts'
import { removalOf } from './removal.ts'

export interface GcOptions {
  readonly host: Host
  readonly signal: AbortSignal
  /** Also removes base images, and what `kindling build` made, as far as nothing uses them. */
  readonly all: boolean
  readonly onRemoved: (what: string) => void
  /** Told of what was left alone, and why. */
  readonly onKept: (what: string) => void
}

/** Reaps what nobody will ask for any more: environments whose process died half-way, or whose repository is gone. */
export async function gc(options: GcOptions): Promise<void> {
  const { host, signal, onRemoved, onKept } = options
  for (const record of host.store.list()) {
    const isOrphan = record.state === 'starting' || !existsSync(record.configFile)
    if (isHeld(host, record)) onKept(`environment ${record.id}: a process works on it`)
    else if (record.kind === 'build') await removeBuild(record, options)
    else if (isOrphan) await down(record, { host, signal, onRemoved })
    else onKept(`environment ${record.id}: \`kindling down\` removes it`)
  }
  if (options.all) await removeKeptImages(options)
}

/** What a build that was killed has left, in the engine it used. */
async function removeBuild(record: EnvironmentRecord, { host, signal, onRemoved }: GcOptions): Promise<void> {
  await withOwner(host, record, 'gc', async () => {
    const preference = engineNames.find((name) => name === record.provider)
    const engine = await host.openEngine(host.exec(record.id), { signal, preference })
    const removal = removalOf(host, record.id, { engine: engine.engine }, onRemoved)
    await removeEnvironment(record, removal, { signal })
  })
}

async function removeKeptImages({ host, signal, onRemoved, onKept }: GcOptions): Promise<void> {
  const { engine } = await host.openPodman(host.exec(), { signal })
  const remove = async (reference: string) => {
    if (await engine.removeImage(reference, { signal })) onRemoved(`image ${reference}`)
    else onKept(`image ${reference}: something uses it`)
  }
  const removeListed = async (list: ImageList) => {
    for (const reference of list.list()) {
      if ((await engine.imageId(reference, { signal })) !== undefined) await remove(reference)
      await list.remove(reference)
    }
  }
  await removeListed(host.built)
  await removeUnnamed(host, engine, signal)
  const [user] = host.store.list()
  if (user !== undefined) {
    onKept(`base images: ${user.id} may be built on them`)
    return
  }
  for (const image of await engine.findImages({ [labels.base]: 'true' }, { signal })) {
    // What is built on a base inherits its labels.
    if (image.labels[labels.project] !== undefined) continue
    for (const reference of image.references) await remove(reference)
  }
  await removeListed(host.pulled)
}

/** Images of ours that have lost their last name to a newer one, and layers of builds that failed. */
async function removeUnnamed(host: Host, engine: ContainerEngine, signal: AbortSignal): Promise<void> {
  // One goes only after those that stand on it.
  for (let removed = true; removed; ) {
    removed = false
    for (const { id, references, labels: of } of await engine.findImages(
      { [labels.project]: '' },
      { signal, all: true },
    )) {
      const isIdle = isProjectIdle(host, of[labels.project] ?? '', '')
      if (references.length === 0 && isIdle && (await engine.removeImage(id, { signal }))) removed = true
    }
  }
}
