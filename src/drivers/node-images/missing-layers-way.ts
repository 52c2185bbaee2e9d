import type { TransferOptions } from '../cluster.ts'
import type { CallOptions } from '../container-engine.ts'
import { BlobsInFlight } from './blobs-in-flight.ts'
import { lastWords } from './last-words.ts'
import { LayerFiles, type LayerLease } from './layer-files.ts'
import type { LayerSource } from './layer-source.ts'
import {
  failedReport,
  type ImageToLoad,
  type LoadingWay,
  type LoadTarget,
  type TargetReport,
  type WayReport,
} from './loading-way.ts'
import { importIntoNode } from './node-commands.ts'
import { type ImageDescription, ociArchive } from './oci-archive.ts'

/** Only what a node lacks (I24): each layer is read out of the engine once, and sent to a node once. */
export class MissingLayersWay implements LoadingWay {
  readonly name = 'missing-layers'
  readonly #source: LayerSource
  readonly #files: LayerFiles
  readonly #otherwise: LoadingWay
  readonly #flights = new Map<string, BlobsInFlight>()

  /** Layers are files within `parent` while they are needed; `otherwise` is gone with an image that cannot be read. */
  constructor(source: LayerSource, parent: string, otherwise: LoadingWay) {
    this.#source = source
    this.#files = new LayerFiles(source, parent)
    this.#otherwise = otherwise
  }

  async send(
    image: ImageToLoad,
    targets: readonly LoadTarget[],
    options: TransferOptions,
  ): Promise<WayReport> {
    const lease = this.#files.lease()
    try {
      let description: ImageDescription
      try {
        description = await this.#source.describe(image.id, options)
        await this.#prepare(description, targets, lease, options)
      } catch (error) {
        if (options.signal?.aborted) throw error
        options.onLine?.(
          'stderr',
          `the layers of ${image.reference} cannot be read one by one: ${lastWords(error)}`,
        )
        return await this.#otherwise.send(image, targets, options)
      }
      const send = (target: LoadTarget) => this.#sendTo(target, image, description, lease, options)
      const reports = await Promise.all(targets.map(send))
      return { way: this.name, bytesWritten: lease.bytesWritten, targets: reports }
    } catch (error) {
      return failedReport(this.name, targets, error, lease.bytesWritten)
    } finally {
      lease.release()
    }
  }

  close(): void {
    this.#files.close()
    this.#otherwise.close()
  }

  /** Writes what will surely be sent, while other images may still be on their way to the same nodes. */
  async #prepare(
    { id, config, layers }: ImageDescription,
    targets: readonly LoadTarget[],
    lease: LayerLease,
    options: CallOptions,
  ): Promise<void> {
    const isToBeSent = (digest: string) =>
      targets.some(({ node, content }) => !content.has(digest) && !this.#flightsTo(node.name).has(digest))
    const digests = layers.filter(({ digest, size }) => size === undefined || isToBeSent(digest))
    await lease.have(
      { id, config, layers },
      digests.map(({ digest }) => digest),
      options,
    )
  }

  async #sendTo(
    { node, content }: LoadTarget,
    image: ImageToLoad,
    description: ImageDescription,
    lease: LayerLease,
    options: TransferOptions,
  ): Promise<TargetReport> {
    let bytesSent = 0
    try {
      const lacking = description.layers.map(({ digest }) => digest).filter((digest) => !content.has(digest))
      const claim = await this.#flightsTo(node.name).claim(lacking, options.signal)
      let outcome: 'delivered' | 'failed' = 'failed'
      try {
        const files = await lease.have(description, claim.digests, options)
        const sizes = new Map(description.layers.map(({ digest, size }) => [digest, size]))
        const sizeOf = (digest: string) => files.get(digest)?.size ?? sizes.get(digest) ?? 0
        const sent = new Map([...files].filter(([digest]) => claim.digests.has(digest)))
        const expected = [...sent.values()].reduce((sum, { size }) => sum + size, 0)
        options.transfer?.expect(expected)
        const archive = counted(ociArchive(image.reference, description, sizeOf, sent), (bytes) => {
          bytesSent += bytes
          options.transfer?.sent(bytes)
        })
        const after = await importIntoNode(node, archive, content.snapshotter, options)
        outcome = 'delivered'
        return { bytesSent, content: after }
      } finally {
        claim.settle(outcome)
      }
    } catch (error) {
      return { bytesSent, error }
    }
  }

  #flightsTo(node: string): BlobsInFlight {
    const known = this.#flights.get(node)
    if (known !== undefined) return known
    const flights = new BlobsInFlight()
    this.#flights.set(node, flights)
    return flights
  }
}

async function* counted(
  chunks: AsyncIterable<Uint8Array>,
  onBytes: (bytes: number) => void,
): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) {
    onBytes(chunk.byteLength)
    yield chunk
  }
}
