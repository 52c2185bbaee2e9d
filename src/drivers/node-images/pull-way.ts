import type { TransferOptions } from '../cluster.ts'
import type { CallOptions } from '../container-engine.ts'
import { chainIds } from './chain-ids.ts'
import { ImageServer, type OfferedImage } from './image-server.ts'
import { lastWords } from './last-words.ts'
import { LayerFiles, type LayerLease } from './layer-files.ts'
import type { LayerSource } from './layer-source.ts'
import { passingReason } from './load-failure.ts'
import {
  failedReport,
  type ImageToLoad,
  type LoadingWay,
  type LoadTarget,
  type TargetReport,
  type WayReport,
} from './loading-way.ts'
import type { NodeCli } from './node.ts'
import { pullIntoNode } from './node-commands.ts'
import { openRoute, readFacts, registryHost } from './node-route.ts'
import { type ImageDescription, ociManifest } from './oci-archive.ts'

/** What is read ahead lies on the disk twice until it is sent: beyond this, loads read for themselves. */
const mostAheadBytes = 4 * 2 ** 30
/** Who is given time otherwise, is the cluster that is being started. */
const aheadNiceness = 10

/**
 * The nodes pull from this process, which offers what the engine has: containerd asks for the layers it lacks, and
 * unpacks them. An import is three times the work for it, since every byte then comes through one of its clients.
 */
export class PullWay implements LoadingWay {
  readonly name = 'pull'
  readonly #source: LayerSource
  readonly #files: LayerFiles
  readonly #otherwise: LoadingWay
  /** By the address it listens on. */
  readonly #servers = new Map<string, Promise<ImageServer>>()
  readonly #routes = new Map<NodeCli, Promise<ImageServer>>()
  /** What was read before its load, by the id of its image. */
  readonly #ahead = new Map<string, LayerLease>()
  readonly #descriptions = new Map<string, ImageDescription>()
  /** Once nodes have turned out not to be able to pull, nobody tries again. */
  #isGivenUp = false

  /** Layers are files within `parent` while they are needed; `otherwise` is gone where nodes cannot pull. */
  constructor(source: LayerSource, parent: string, otherwise: LoadingWay) {
    this.#source = source
    this.#files = new LayerFiles(source, parent)
    this.#otherwise = otherwise
  }

  async readAhead(image: ImageToLoad, options: CallOptions): Promise<number> {
    const written = [...this.#ahead.values()].reduce((sum, { bytesWritten }) => sum + bytesWritten, 0)
    if (written >= mostAheadBytes || this.#ahead.has(image.id)) return 0
    const lease = this.#files.lease()
    this.#ahead.set(image.id, lease)
    try {
      const description = await this.#describe(image, options)
      const digests = description.layers.map(({ digest }) => digest)
      await lease.have(description, digests, { ...options, niceness: aheadNiceness })
      return lease.bytesWritten
    } catch (error) {
      this.#ahead.delete(image.id)
      lease.release()
      if (options.signal?.aborted) throw error
      options.onLine?.('stderr', `the layers of ${image.reference} cannot be read: ${lastWords(error)}`)
      return 0
    }
  }

  async prepareNodes(nodes: readonly NodeCli[], options: CallOptions): Promise<void> {
    await Promise.all(nodes.map((node) => this.#routeFrom(node, options)))
  }

  async send(
    image: ImageToLoad,
    targets: readonly LoadTarget[],
    options: TransferOptions,
  ): Promise<WayReport> {
    const lease = this.#ahead.get(image.id) ?? this.#files.lease()
    this.#ahead.delete(image.id)
    try {
      const servers = await this.#routesFrom(targets, options)
      const offered = servers && (await this.#prepare(image, targets, lease, options))
      if (servers === undefined || offered === undefined)
        return await this.#otherwise.send(image, targets, options)
      const reports = await Promise.all(
        targets.map((target, index) =>
          pullFrom(servers[index] as ImageServer, offered, image, target, options),
        ),
      )
      return await this.#withoutRefusals(image, targets, reports, lease, options)
    } catch (error) {
      return failedReport(this.name, targets, error, lease.bytesWritten)
    } finally {
      lease.release()
    }
  }

  close(): void {
    for (const server of this.#servers.values()) {
      server.then(
        (open) => open.close(),
        () => {},
      )
    }
    this.#ahead.clear()
    this.#files.close()
    this.#otherwise.close()
  }

  /** An image never becomes another one, and to ask takes two programs. */
  async #describe({ id }: ImageToLoad, options: CallOptions): Promise<ImageDescription> {
    const description = this.#descriptions.get(id) ?? (await this.#source.describe(id, options))
    this.#descriptions.set(id, description)
    return description
  }

  /** The server that each of the nodes reaches; `undefined` when they cannot all pull. */
  async #routesFrom(
    targets: readonly LoadTarget[],
    options: CallOptions,
  ): Promise<readonly ImageServer[] | undefined> {
    if (this.#isGivenUp) return undefined
    try {
      return await Promise.all(targets.map(({ node }) => this.#routeFrom(node, options)))
    } catch (error) {
      if (options.signal?.aborted) throw error
      this.#giveUp(lastWords(error), options)
      return undefined
    }
  }

  #routeFrom(node: NodeCli, options: CallOptions): Promise<ImageServer> {
    const known = this.#routes.get(node)
    if (known !== undefined) return known
    const route = this.#findRoute(node, options)
    this.#routes.set(node, route)
    // What one load could not find out, perhaps because it was cancelled, another asks again.
    route.catch(() => this.#routes.delete(node))
    return route
  }

  async #findRoute(node: NodeCli, options: CallOptions): Promise<ImageServer> {
    const { gateway } = await readFacts(node, options)
    const server = await this.#serverOn(gateway)
    await openRoute(node, server, options)
    return server
  }

  #serverOn(address: string): Promise<ImageServer> {
    const known = this.#servers.get(address)
    if (known !== undefined) return known
    const server = ImageServer.listen(address)
    this.#servers.set(address, server)
    return server
  }

  #giveUp(reason: string, options: CallOptions): void {
    if (this.#isGivenUp) return
    this.#isGivenUp = true
    options.onLine?.('stderr', `the nodes cannot pull from this machine: ${reason}`)
  }

  /** Writes what a node will surely ask for; `undefined` for an image whose layers cannot be read. */
  async #prepare(
    image: ImageToLoad,
    targets: readonly LoadTarget[],
    lease: LayerLease,
    options: TransferOptions,
  ): Promise<OfferedImage | undefined> {
    try {
      const description = await this.#describe(image, options)
      const files = await lease.have(description, lackingLayers(description, targets), options)
      const sizes = new Map(description.layers.map(({ digest, size }) => [digest, size]))
      const sizeOf = (layer: string) => sizes.get(layer) ?? files.get(layer)?.size ?? 0
      const asked = targets.flatMap((target) => lackingLayers(description, [target]))
      options.transfer?.expect(asked.reduce((sum, layer) => sum + sizeOf(layer), 0))
      const { data, digest } = ociManifest(description, sizeOf)
      return {
        manifest: data,
        digest,
        config: { digest: image.id, data: description.config },
        layer: async (layer) =>
          sizes.has(layer) ? (await lease.have(description, [layer], options)).get(layer) : undefined,
      }
    } catch (error) {
      if (options.signal?.aborted) throw error
      options.onLine?.('stderr', `the layers of ${image.reference} cannot be read: ${lastWords(error)}`)
      return undefined
    }
  }

  /** Nodes that will not pull, whatever their reason, get the image otherwise; what may pass is tried again. */
  async #withoutRefusals(
    image: ImageToLoad,
    targets: readonly LoadTarget[],
    reports: readonly TargetReport[],
    { bytesWritten }: LayerLease,
    options: TransferOptions,
  ): Promise<WayReport> {
    const isRefusal = (report: TargetReport | undefined) =>
      report !== undefined && 'error' in report && passingReason(report.error) === undefined
    const refused = targets.filter((_, index) => isRefusal(reports[index]))
    const refusal = reports.find(isRefusal)
    if (refusal === undefined || !('error' in refusal) || options.signal?.aborted)
      return { way: this.name, bytesWritten, targets: reports }
    this.#giveUp(lastWords(refusal.error), options)
    const rest = await this.#otherwise.send(image, refused, options)
    const sent = new Map(refused.map((target, index) => [target, rest.targets[index]]))
    return {
      way: rest.way,
      bytesWritten: bytesWritten + rest.bytesWritten,
      targets: targets.map((target, index) => sent.get(target) ?? (reports[index] as TargetReport)),
    }
  }
}

async function pullFrom(
  server: ImageServer,
  offered: OfferedImage,
  image: ImageToLoad,
  { node }: LoadTarget,
  options: TransferOptions,
): Promise<TargetReport> {
  const offer = server.offer(offered, (bytes) => options.transfer?.sent(bytes))
  try {
    const source = `${registryHost}/${offer.repository}@${offered.digest}`
    const content = await pullIntoNode(node, source, image, options)
    return { bytesSent: offer.bytesSent, content }
  } catch (error) {
    return { bytesSent: offer.bytesSent, error: offer.failure ?? error }
  } finally {
    offer.withdraw()
  }
}

/** Layers that some node has neither unpacked nor at all, and those whose size only shows when they are written. */
function lackingLayers({ layers }: ImageDescription, targets: readonly LoadTarget[]): string[] {
  const chain = chainIds(layers.map(({ digest }) => digest))
  return layers.flatMap(({ digest, size }, index) =>
    size === undefined ||
    targets.some(({ content }) => !content.hasUnpacked(chain[index] ?? '') && !content.has(digest))
      ? [digest]
      : [],
  )
}
