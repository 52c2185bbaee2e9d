import { deferred } from '../../util/deferred.ts'
import { orAborted } from '../../util/or-aborted.ts'
import type { LoadOptions, LoadOutcome } from '../cluster.ts'

interface LoadableImage {
  readonly reference: string
  readonly id: string
}

type StartOutcome = 'created' | 'reused'

type Load = (image: LoadableImage, options: LoadOptions) => Promise<LoadOutcome>

/**
 * Loads into the nodes of a cluster that is still being made. Their containerd takes images half a minute before
 * Kubernetes answers, and meanwhile most of the machine is idle.
 *
 *     unknown --nodes made--> open --start ended--> ready | failed
 *        '--------------------start ended------------^
 *
 * When an attempt to make the cluster fails, its nodes go with all that was loaded into them: what fails then is loaded
 * again once the cluster is ready, and so is, before it counts as ready, what had been loaded into nodes that are gone.
 */
export class EarlyLoads {
  readonly #load: Load
  readonly #open = deferred<void>()
  readonly #ended = deferred<StartOutcome | undefined>()
  readonly #loaded = new Map<string, { readonly image: LoadableImage; readonly generation: number }>()
  /** Counts the nodes that there were, one lot after another. */
  #generation = 0
  #hasEnded = false

  constructor(load: Load) {
    this.#load = load
  }

  /** To be called when nodes have been made, whatever came before. */
  nodesMade(): void {
    this.#generation++
    this.#open.resolve()
  }

  /**
   * To be called when the cluster was made or found, before anybody is told; rejects when an image cannot be loaded
   * again.
   */
  async ready(outcome: StartOutcome, options: LoadOptions): Promise<void> {
    const lost = [...this.#loaded.values()].filter(({ generation }) => generation < this.#generation)
    await Promise.all(lost.map(({ image }) => this.#noting(image, options)))
    this.#end(outcome)
  }

  /** To be called when there will be no cluster. */
  failed(): void {
    this.#end(undefined)
  }

  /**
   * Waits until there are nodes that take images, and tells whether these were there before; undefined when there will be
   * none. Rejects with the signal's reason.
   */
  async areThere({ signal }: Pick<LoadOptions, 'signal'>): Promise<StartOutcome | undefined> {
    const opened = this.#open.promise.then(() => 'created' as const)
    return orAborted(Promise.race([this.#ended.promise, opened]), signal)
  }

  /**
   * Loads an image into the nodes that there are, and, when they have gone, into those that come after them. Resolves
   * with nothing when none come.
   */
  async load(image: LoadableImage, options: LoadOptions): Promise<LoadOutcome | undefined> {
    if (this.#hasEnded) return this.#noting(image, options)
    try {
      return await this.#noting(image, options)
    } catch (error) {
      if (options.signal?.aborted) throw error
      const started = await orAborted(this.#ended.promise, options.signal)
      return started === undefined ? undefined : this.#noting(image, options)
    }
  }

  async #noting(image: LoadableImage, options: LoadOptions): Promise<LoadOutcome> {
    const generation = this.#generation
    const outcome = await this.#load(image, options)
    this.#loaded.set(image.reference, { image, generation })
    return outcome
  }

  #end(outcome: StartOutcome | undefined): void {
    this.#hasEnded = true
    this.#ended.resolve(outcome)
  }
}
