import type { ContainerEngine } from '../../drivers/container-engine.ts'
import { engineNames } from '../../drivers/engines.ts'
import type { ImageFacts } from '../../drivers/image-facts.ts'
import { labels } from '../../drivers/labels.ts'
import type { ImageList } from '../../state/image-list.ts'
import type { Host } from '../host.ts'

/** An image of ours that stays for later runs. */
export interface KeptImage extends ImageFacts {
  readonly reference: string
  /** False when something uses it. */
  remove(): Promise<boolean>
}

interface Named {
  readonly reference: string
  readonly id: string
  /** Where it is listed, unless its labels say whose it is. */
  readonly list?: ImageList
}

/**
 * What `kindling build` made and left, and, unless `hasUsers`, the base images that environments are built on. What is
 * listed and no longer there is taken off its list.
 */
export async function keptImages(
  host: Host,
  { hasUsers, signal }: { readonly hasUsers: boolean; readonly signal: AbortSignal },
): Promise<readonly KeptImage[]> {
  const kept: KeptImage[] = []
  for (const name of engineNames) {
    // Without an image of ours in it, an engine need not even be there.
    if (name !== 'podman' && host.built(name).list().length === 0) continue
    const { engine } = await host.openEngine(host.exec(), { signal, preference: name })
    const named = [
      ...(await listed(host.built(name), engine, signal)),
      ...(hasUsers || name !== 'podman' ? [] : await baseImages(host, engine, signal)),
    ]
    kept.push(...(await withFacts(named, engine, signal)))
  }
  return kept
}

async function listed(list: ImageList, engine: ContainerEngine, signal: AbortSignal): Promise<Named[]> {
  const named: Named[] = []
  for (const reference of list.list()) {
    const id = await engine.imageId(reference, { signal })
    if (id === undefined) await list.remove(reference)
    else named.push({ reference, id, list })
  }
  return named
}

async function baseImages(host: Host, engine: ContainerEngine, signal: AbortSignal): Promise<Named[]> {
  const images = await engine.findImages({ [labels.base]: 'true' }, { signal })
  // What is built on a base inherits its labels.
  const own = images.filter(({ labels: of }) => of[labels.project] === undefined)
  const made = own.flatMap(({ id, references }) => references.map((reference) => ({ id, reference })))
  return [...made, ...(await listed(host.pulled, engine, signal))]
}

async function withFacts(
  named: readonly Named[],
  engine: ContainerEngine,
  signal: AbortSignal,
): Promise<KeptImage[]> {
  const facts = await engine.imageFacts([...new Set(named.map(({ id }) => id))], { signal })
  return named.map(({ reference, id, list }) => ({
    reference,
    ...(facts.get(id) ?? { bytes: 0, createdMs: 0 }),
    remove: async () => {
      const isRemoved = await engine.removeImage(reference, { signal })
      if (isRemoved) await list?.remove(reference)
      return isRemoved
    },
  }))
}
