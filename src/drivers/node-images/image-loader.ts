import { type Clock, systemClock } from '../../util/clock.ts'
import { formatReference, parseReference, withDefaultTag } from '../../util/image-reference.ts'
import type { LoadOutcome, TransferOptions } from '../cluster.ts'
import type { CallOptions } from '../container-engine.ts'
import { passingReason } from './load-failure.ts'
import type { ImageToLoad, LoadingWay, LoadWay } from './loading-way.ts'
import type { NodeCli } from './node.ts'
import { readContent, tagInNode } from './node-commands.ts'
import type { NodeContent } from './node-content.ts'
import { SharedCall } from './shared-call.ts'

/** How an image came to be in a node: it was there, was there under another name, or was sent. */
export type NodeOutcome = 'present' | 'tagged' | 'loaded'

export interface NodeLoad {
  readonly node: string
  readonly outcome: NodeOutcome
  /** Of all attempts. */
  readonly bytesSent: number
}

/** What it took to have an image in all nodes. */
export interface ImageLoad extends LoadOutcome {
  readonly way: LoadWay | ''
  readonly attempts: number
  readonly nodes: readonly NodeLoad[]
}

/** A node has something else under the name of an image than the engine (I15). */
export class ImageMismatchError extends Error {
  override readonly name = 'ImageMismatchError'
  readonly node: string
  readonly reference: string

  constructor(node: string, { reference, id }: ImageToLoad, found: readonly string[]) {
    const has = found.length === 0 ? 'has no usable image' : `has ${found.join(', ')}`
    super(`node ${node} ${has} under the name ${reference}, where the engine has ${id}`)
    this.node = node
    this.reference = reference
  }
}

const mostAttempts = 4
const retryDelayMs = 1_000

export interface ImageLoaderOptions {
  readonly nodes: readonly NodeCli[]
  readonly way: LoadingWay
  readonly clock?: Clock
}

/** Has images of the engine in the nodes of a cluster; several images at once. */
export class ImageLoader {
  readonly #nodes: readonly NodeCli[]
  readonly #way: LoadingWay
  readonly #clock: Clock
  readonly #contents: ReadonlyMap<NodeCli, SharedCall<NodeContent>>
  /** What new nodes had, for the first load. */
  readonly #first = new Map<NodeCli, Promise<NodeContent | undefined>>()

  constructor({ nodes, way, clock = systemClock }: ImageLoaderOptions) {
    this.#nodes = nodes
    // Of images that are loaded at once, all look at the same: starting a program in a node is what takes time.
    this.#contents = new Map(
      nodes.map((node) => [node, new SharedCall((signal) => this.#look(node, signal))]),
    )
    this.#way = way
    this.#clock = clock
  }

  /** Does for new nodes, which nobody else loads into, what comes before the first image. Never rejects. */
  async prepare(options: CallOptions): Promise<void> {
    const looks = this.#nodes.map((node) => {
      const look = readContent(node, options).catch(() => undefined)
      this.#first.set(node, look)
      return look
    })
    // What could not be prepared is done by the first load, which tells what is wrong.
    await Promise.all([...looks, this.#way.prepareNodes?.(this.#nodes, options).catch(() => {})])
  }

  async #look(node: NodeCli, signal: AbortSignal): Promise<NodeContent> {
    const first = this.#first.get(node)
    this.#first.delete(node)
    return (await first) ?? readContent(node, { signal })
  }

  /**
   * Resolves when every node has the image, with the engine's ID, under exactly its name. What a node has already is
   * not sent; what fails in passing is tried again, and each attempt is told. Rejects with `ImageMismatchError`, or
   * with what the last attempt failed with.
   */
  async load(image: ImageToLoad, options: TransferOptions = {}): Promise<ImageLoad> {
    const reference = formatReference(withDefaultTag(parseReference(image.reference)))
    const load = new RunningLoad({ ...image, reference }, this.#way, this.#contents, options)
    let pending = await load.without(this.#nodes)
    for (let attempt = 1; pending.length > 0; attempt++) {
      const failed = await load.send(pending, attempt)
      if (failed.length === 0) break
      const [{ error, node }] = failed as [Failure]
      const lasting = failed.find((failure) => passingReason(failure.error) === undefined)
      if (lasting !== undefined || attempt === mostAttempts || options.signal?.aborted)
        throw (lasting ?? { error }).error
      options.onLine?.(
        'stderr',
        `attempt ${attempt} of ${mostAttempts} to load ${reference} into ${node.name} failed: ${passingReason(error)}`,
      )
      await this.#clock.sleep(retryDelayMs * (attempt - 1), options.signal)
      pending = await load.without(failed.map((failure) => failure.node))
    }
    return load.result(this.#nodes)
  }

  /** Removes what is kept on disk; no load may be under way. */
  close(): void {
    this.#way.close()
  }
}

interface Failure {
  readonly node: NodeCli
  readonly error: unknown
}

interface Pending {
  readonly node: NodeCli
  readonly content: NodeContent
}

/** The load of one image, over all its attempts. */
class RunningLoad {
  readonly #image: ImageToLoad
  readonly #way: LoadingWay
  readonly #contents: ReadonlyMap<NodeCli, SharedCall<NodeContent>>
  readonly #options: TransferOptions
  readonly #outcomes = new Map<string, NodeOutcome>()
  readonly #bytesSent = new Map<string, number>()
  #gone: LoadWay | '' = ''
  #bytesWritten = 0
  #attempts = 0

  constructor(
    image: ImageToLoad,
    way: LoadingWay,
    contents: ReadonlyMap<NodeCli, SharedCall<NodeContent>>,
    options: TransferOptions,
  ) {
    this.#image = image
    this.#way = way
    this.#contents = contents
    this.#options = options
  }

  /** Those of the nodes that lack the content of the image; the others have it under its name then. */
  async without(nodes: readonly NodeCli[]): Promise<readonly Pending[]> {
    const { reference, id } = this.#image
    const looked = await Promise.all(
      nodes.map(async (node): Promise<Pending | undefined> => {
        const content = await this.#contents.get(node)?.ask(this.#options.signal)
        if (content === undefined) throw new Error(`Internal error: there is no node ${node.name}`)
        if (content.holds(reference, id)) {
          this.#outcomes.set(node.name, this.#outcomes.get(node.name) ?? 'present')
          return undefined
        }
        const other = content.nameOf(id)
        if (other === undefined) return { node, content }
        this.#verify(node, await tagInNode(node, other, reference, this.#options))
        this.#outcomes.set(node.name, 'tagged')
        return undefined
      }),
    )
    return looked.filter((pending) => pending !== undefined)
  }

  async send(pending: readonly Pending[], attempt: number): Promise<readonly Failure[]> {
    this.#attempts = attempt
    const report = await this.#way.send(this.#image, pending, this.#options)
    this.#gone = report.way
    this.#bytesWritten += report.bytesWritten
    return pending.flatMap(({ node }, index) => {
      const target = report.targets[index]
      if (target === undefined) throw new Error(`Internal error: nothing is known of ${node.name}`)
      this.#bytesSent.set(node.name, (this.#bytesSent.get(node.name) ?? 0) + target.bytesSent)
      if ('error' in target) return [{ node, error: target.error }]
      this.#verify(node, target.content)
      this.#outcomes.set(node.name, 'loaded')
      return []
    })
  }

  result(nodes: readonly NodeCli[]): ImageLoad {
    const loads = nodes.map(({ name }) => ({
      node: name,
      outcome: this.#outcomes.get(name) ?? 'present',
      bytesSent: this.#bytesSent.get(name) ?? 0,
    }))
    return {
      outcome: this.#attempts === 0 ? 'reused' : 'loaded',
      way: this.#gone,
      attempts: this.#attempts,
      nodes: loads,
      bytesSent: loads.reduce((sum, { bytesSent }) => sum + bytesSent, 0),
      bytesWritten: this.#bytesWritten,
    }
  }

  #verify(node: NodeCli, content: NodeContent): void {
    const { reference, id } = this.#image
    if (!content.holds(reference, id))
      throw new ImageMismatchError(node.name, this.#image, content.idsOf(reference))
  }
}
