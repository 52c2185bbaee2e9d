/** Kubernetes' namespace of containerd, in which the kubelet looks for images. */
const namespace = 'k8s.io'

/** `ctr` in a node, on the images that Kubernetes sees. */
export const ctr: string = `ctr --namespace=${namespace}`

/** Separates the two listings; no line of either is like it. */
const separator = '----'

const isSeparator = new RegExp(`^${separator}$\n?`, 'm')

/**
 * A shell command that prints what `parseNodeContent` reads. Of what is unpacked, only what is so by containerd's own
 * means: which others there are is not known here.
 */
export const listContent: string = [
  `${ctr} images ls`,
  `echo ${separator}`,
  `${ctr} content ls`,
  `echo ${separator}`,
  `{ ${ctr} snapshots ls || true; }`,
].join(' && ')

/** What a node is asked to unpack an image to, when nothing in it says otherwise. */
const defaultSnapshotter = 'overlayfs'

/** Names that `ctr images import --digests` and the kubelet's plugin give besides: of a day, and of an ID. */
const byTools = /^(?:import-\d{4}-\d{2}-\d{2}@)?sha256:/

const configLabel = /containerd\.io\/gc\.ref\.content\.config=(sha256:[0-9a-f]{64})/
const layerLabel = /containerd\.io\/gc\.ref\.content\.l\.\d+=(sha256:[0-9a-f]{64})/g
const manifestLabel = /containerd\.io\/gc\.ref\.content\.m\.\d+=(sha256:[0-9a-f]{64})/g
const snapshotLabel = /containerd\.io\/gc\.ref\.snapshot\.([\w.-]+?)=/

/**
 * What is in a node's containerd. An image's ID is the digest of its configuration; what refers to what is read from
 * the labels that keep containerd's garbage collector from it, so that no content has to be fetched.
 */
export class NodeContent {
  /** The digests that names point at. */
  readonly #targets: ReadonlyMap<string, string>
  /** The labels of all content, by digest. */
  readonly #labels: ReadonlyMap<string, string>
  /** The chain IDs of what is unpacked. */
  readonly #snapshots: ReadonlySet<string>

  constructor(
    targets: ReadonlyMap<string, string>,
    labels: ReadonlyMap<string, string>,
    snapshots: ReadonlySet<string> = new Set(),
  ) {
    this.#targets = targets
    this.#labels = labels
    this.#snapshots = snapshots
  }

  /** Whether the bytes of this digest are there. */
  has(digest: string): boolean {
    return this.#labels.has(digest)
  }

  /** Whether a layer is unpacked on top of those below it, by its chain ID. */
  hasUnpacked(chainId: string): boolean {
    return this.#snapshots.has(chainId)
  }

  /** All names there are, those that containerd's tools have made among them. */
  get names(): readonly string[] {
    return [...this.#targets.keys()]
  }

  /** IDs of the images of a name: one for each platform that is there. */
  idsOf(name: string): readonly string[] {
    const target = this.#targets.get(name)
    return target === undefined
      ? []
      : this.#manifestsOf(target).flatMap((manifest) => this.#idOf(manifest) ?? [])
  }

  /** Whether a name stands for the image with this ID, and a container of it could start. */
  holds(name: string, id: string): boolean {
    const target = this.#targets.get(name)
    return target !== undefined && this.#manifestsOf(target).some((manifest) => this.#isUsable(manifest, id))
  }

  /** A name under which the node could start a container of the image with this ID. */
  nameOf(id: string): string | undefined {
    return [...this.#targets.keys()].find((name) => this.holds(name, id))
  }

  /** Those of these names that are there, and what tools call the images that have no other name then. */
  namesGoingWith(names: readonly string[]): readonly string[] {
    const going = new Set(names)
    const kept = new Set<string>()
    for (const [name, target] of this.#targets) if (!going.has(name) && !byTools.test(name)) kept.add(target)
    const lost = new Set(
      names.flatMap((name) => this.#targets.get(name) ?? []).filter((target) => !kept.has(target)),
    )
    return [...this.#targets].flatMap(([name, target]) =>
      going.has(name) || (byTools.test(name) && lost.has(target)) ? [name] : [],
    )
  }

  /** What the node's images are unpacked to. */
  get snapshotter(): string {
    for (const labels of this.#labels.values()) {
      const snapshotter = snapshotLabel.exec(labels)?.[1]
      if (snapshotter !== undefined) return snapshotter
    }
    return defaultSnapshotter
  }

  /** The manifest itself, or those of an index. */
  #manifestsOf(target: string): readonly string[] {
    return [target, ...digestsIn(this.#labels.get(target), manifestLabel)]
  }

  #idOf(manifest: string): string | undefined {
    return configLabel.exec(this.#labels.get(manifest) ?? '')?.[1]
  }

  /** An import that fails leaves its name behind (containerd up to 1.7): then the image is not unpacked, nor whole. */
  #isUsable(manifest: string, id: string): boolean {
    const config = this.#labels.get(id)
    if (config === undefined || this.#idOf(manifest) !== id) return false
    if (snapshotLabel.test(config)) return true
    const layers = digestsIn(this.#labels.get(manifest), layerLabel)
    return layers.length > 0 && layers.every((layer) => this.has(layer))
  }
}

/** Reads what `listContent` prints. */
export function parseNodeContent(text: string): NodeContent {
  const [images, content, snapshots = ''] = text.split(isSeparator)
  if (images === undefined || content === undefined) throw new Error('the node has listed no content')
  const targets = new Map<string, string>()
  for (const line of images.split('\n').slice(1)) {
    const [name, , digest] = line.split(/\s+/)
    if (name !== undefined && digest?.startsWith('sha256:')) targets.set(name, digest)
  }
  const labels = new Map<string, string>()
  for (const line of content.split('\n')) {
    const [digest = ''] = line.split(/\s/, 1)
    if (digest.startsWith('sha256:')) labels.set(digest, line)
  }
  const unpacked = [...snapshots.matchAll(/^(sha256:[0-9a-f]{64})\s.*Committed/gm)].map(([, id = '']) => id)
  return new NodeContent(targets, labels, new Set(unpacked))
}

function digestsIn(labels: string | undefined, pattern: RegExp): string[] {
  return [...(labels ?? '').matchAll(pattern)].flatMap(([, digest]) => digest ?? [])
}
