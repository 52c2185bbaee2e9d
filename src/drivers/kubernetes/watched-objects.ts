import type { Clock } from '../../util/clock.ts'
import type { KubernetesObject } from '../../util/kubernetes-object.ts'
import type { KubernetesClient, ObjectQuery } from './kubernetes-client.ts'
import { ObjectCache } from './object-cache.ts'

/** Objects that somebody asks for, watched from then on. To be closed. */
export class WatchedObjects {
  readonly #client: KubernetesClient
  readonly #clock: Clock
  readonly #caches = new Map<string, ObjectCache>()

  constructor(client: KubernetesClient, clock: Clock) {
    this.#client = client
    this.#clock = clock
  }

  /** As they stand; what cannot be had now is asked for anew the next time. */
  async list(query: ObjectQuery, signal: AbortSignal | undefined): Promise<readonly KubernetesObject[]> {
    const id = JSON.stringify(query)
    const cache = this.#caches.get(id) ?? (await this.#begin(id, query, signal))
    try {
      await cache.ready(signal)
    } catch (error) {
      if (signal?.aborted !== true && this.#caches.get(id) === cache) {
        cache.close()
        this.#caches.delete(id)
      }
      throw error
    }
    return cache.of(query.kind)
  }

  /** Each resolves at the next change of what has been asked for. */
  get nextChanges(): readonly Promise<void>[] {
    return [...this.#caches.values()].map(({ nextChange }) => nextChange)
  }

  /** Ends all watches. */
  close(): void {
    for (const cache of this.#caches.values()) cache.close()
  }

  /** A cache tries for a while before it gives up; whether there is such a kind at all, the caller wants to know now. */
  async #begin(id: string, query: ObjectQuery, signal: AbortSignal | undefined): Promise<ObjectCache> {
    await this.#client.list(query, signal === undefined ? {} : { signal })
    const known = this.#caches.get(id)
    if (known !== undefined) return known
    const cache = new ObjectCache(this.#client, [query], this.#clock)
    this.#caches.set(id, cache)
    return cache
  }
}
