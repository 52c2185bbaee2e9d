import type { Exec } from '../../exec/exec.ts'
import type { Clock } from '../../util/clock.ts'
import type { LoadOutcome, TransferOptions } from '../cluster.ts'
import type { CallOptions } from '../container-engine.ts'
import type { EngineProgram } from '../engine-program.ts'
import { type ChosenWay, chooseWay } from '../node-images/choose-way.ts'
import { ImageLoader } from '../node-images/image-loader.ts'
import type { LoadWay } from '../node-images/loading-way.ts'
import { EngineNode } from '../node-images/node.ts'
import { untagInNode } from '../node-images/node-commands.ts'
import { quiet } from '../quiet.ts'
import type { Kind } from './kind.ts'
import type { KindLifecycle } from './lifecycle.ts'
import { loadBalancerRole } from './nodes.ts'

export interface NodeImagesInit {
  readonly lifecycle: KindLifecycle
  readonly kind: Kind
  readonly cluster: string
  readonly program: EngineProgram
  readonly exec: Exec
  readonly clock: Clock
  /** A private directory of the run. */
  readonly directory: string
  /** The way that is wanted; without it, the best that there is. */
  readonly preference?: LoadWay
}

/** The images in the nodes of a cluster that runs. */
export class NodeImages {
  readonly #init: NodeImagesInit
  #nodes: Promise<readonly EngineNode[]> | undefined
  #way: Promise<ChosenWay> | undefined
  #loader: Promise<ImageLoader> | undefined

  constructor(init: NodeImagesInit) {
    this.#init = init
  }

  async load(
    image: { readonly reference: string; readonly id: string },
    options: TransferOptions,
  ): Promise<LoadOutcome> {
    this.#loader ??= this.#open(options)
    return (await this.#loader).load(image, options)
  }

  /** To be called when there are new nodes, perhaps instead of others; has them know what their loads will need. */
  nodesMade(options: CallOptions): void {
    this.#nodes = undefined
    const loader = this.#open(options)
    this.#loader = loader
    loader.then(
      (open) => open.prepare(quiet(options)),
      // Then the first load finds them.
      () => {
        if (this.#loader === loader) [this.#nodes, this.#loader] = [undefined, undefined]
      },
    )
  }

  /** Before there are nodes: has what can be had of an image without them. Resolves with the bytes that were written. */
  async readAhead(
    image: { readonly reference: string; readonly id: string },
    options: CallOptions,
  ): Promise<number> {
    const { way } = await this.#chosen(options)
    return (await way.readAhead?.(image, options)) ?? 0
  }

  /** Takes names away in every node; pods that run such an image go on. */
  async unload(references: readonly string[], options: CallOptions): Promise<void> {
    if (references.length === 0) return
    const nodes = await this.#found(options)
    await Promise.all(nodes.map((node) => untagInNode(node, references, options)))
  }

  /** Removes what is kept on disk; no load may be under way. */
  close(): void {
    void this.#way?.then(
      ({ way }) => way.close(),
      () => {},
    )
  }

  async #open(options: CallOptions): Promise<ImageLoader> {
    const [nodes, { way, reason }] = await Promise.all([this.#found(options), this.#chosen(options)])
    if (reason !== undefined) options.onLine?.('stderr', `whole images are sent: ${reason}`)
    return new ImageLoader({ nodes, way, clock: this.#init.clock })
  }

  #chosen(options: CallOptions): Promise<ChosenWay> {
    const { kind, ...choice } = this.#init
    this.#way ??= chooseWay({ ...choice, kind: (args, call) => kind.run(args, call) }, quiet(options))
    return this.#way
  }

  #found(options: CallOptions): Promise<readonly EngineNode[]> {
    this.#nodes ??= this.#find(options)
    return this.#nodes
  }

  async #find(options: CallOptions): Promise<readonly EngineNode[]> {
    const { lifecycle, program } = this.#init
    const nodes = await lifecycle.nodes(options)
    return nodes
      .filter(({ role }) => role !== loadBalancerRole)
      .map(({ name }) => new EngineNode(program, name))
  }
}
