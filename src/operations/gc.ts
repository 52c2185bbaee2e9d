import { existsSync } from 'node:fs'
import { labels } from '../drivers/labels.ts'
import { down } from './down.ts'
import { isHeld } from './hold.ts'
import type { Host } from './host.ts'

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
    else if (isOrphan) await down(record, { host, signal, onRemoved })
    else onKept(`environment ${record.id}: \`kindling down\` removes it`)
  }
  if (options.all) await removeKeptImages(options)
}

async function removeKeptImages({ host, signal, onRemoved, onKept }: GcOptions): Promise<void> {
  const { engine } = await host.openPodman(host.exec(), { signal })
  const remove = async (reference: string) => {
    if (await engine.removeImage(reference, { signal })) onRemoved(`image ${reference}`)
    else onKept(`image ${reference}: something uses it`)
  }
  for (const image of await engine.findImages({ [labels.base]: 'true' }, { signal })) {
    // What is built on a base inherits its labels.
    if (image.labels[labels.project] === undefined)
      for (const reference of image.references) await remove(reference)
  }
  for (const list of [host.built, host.pulled]) {
    for (const reference of list.list()) {
      if ((await engine.imageId(reference, { signal })) !== undefined) await remove(reference)
      await list.remove(reference)
    }
  }
}
