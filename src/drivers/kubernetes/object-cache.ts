import type { Clock } from '../../util/clock.ts'
import { type Deferred, deferred } from '../../util/deferred.ts'
import type { KubernetesObject } from '../../util/kubernetes-object.ts'
import { identityOf, type KubernetesClient, keyOf, type ObjectQuery } from './kubernetes-client.ts'
import { retrying } from './retry.ts'

const firstPauseMs = 200
const longestPauseMs = 5_000

/** Objects as a cluster has them, kept up to date by watches. */
export class ObjectCache {
  readonly #client: KubernetesClient
  readonly #clock: Clock
  readonly #end = new AbortController()
  readonly #objects = new Map<ObjectQuery, Map<string, KubernetesObject>>()
  readonly #listed: Promise<unknown>
  #change: Deferred<void> = deferred()

  /** Begins at once, and goes on until it is closed. */
  constructor(client: KubernetesClient, queries: readonly ObjectQuery[], clock: Clock) {
    this.#client = client
    this.#clock = clock
    this.#listed = Promise.all(queries.map((query) => this.#begin(query)))
    // Those who wait for it are told.
    this.#listed.catch(() => {})
  }

  /** Resolves when all objects have been read once. */
  async ready(signal: AbortSignal | undefined): Promise<void> {
    await untilAborted(this.#listed, signal)
  }

  of<T extends KubernetesObject>(kind: string): readonly T[] {
    return [...this.#objects].flatMap(([query, objects]) =>
      query.kind === kind ? ([...objects.values()] as T[]) : [],
    )
  }

  /** Resolves at the next change after this call. */
  get nextChange(): Promise<void> {
    return this.#change.promise
  }

  close(): void {
    this.#end.abort(new Error('The environment is no longer looked at'))
  }

  async #begin(query: ObjectQuery): Promise<void> {
    const { signal } = this.#end
    const version = await retrying(() => this.#list(query), { clock: this.#clock, signal })
    void this.#follow(query, version)
  }

  async #list(query: ObjectQuery): Promise<string> {
    const { items, resourceVersion } = await this.#client.list(query, { signal: this.#end.signal })
    this.#objects.set(query, new Map(items.map((object) => [identityOf(keyOf(object)), object])))
    this.#tell()
    return resourceVersion
  }

  /** Watches until the end; a watch that breaks is begun again, with a new list when the server forgot where it was. */
  async #follow(query: ObjectQuery, version: string): Promise<void> {
    const { signal } = this.#end
    let from: string | undefined = version
    let pauseMs = firstPauseMs
    while (!signal.aborted) {
      try {
        from ??= await this.#list(query)
        for await (const { type, object } of this.#client.watch(query, from, signal)) {
          from = String(object.metadata.resourceVersion ?? from)
          pauseMs = firstPauseMs
          if (type !== 'BOOKMARK') this.#take(query, type, object)
        }
      } catch {
        from = undefined
        await this.#clock.sleep(pauseMs, signal).catch(() => {})
        pauseMs = Math.min(pauseMs * 2, longestPauseMs)
      }
    }
  }

  #take(query: ObjectQuery, type: 'ADDED' | 'MODIFIED' | 'DELETED', object: KubernetesObject): void {
    const identity = identityOf(keyOf(object))
    if (type === 'DELETED') this.#objects.get(query)?.delete(identity)
    else this.#objects.get(query)?.set(identity, object)
    this.#tell()
  }

  #tell(): void {
    const change = this.#change
    this.#change = deferred()
    change.resolve()
  }
}

/** As the promise, unless the signal comes first; what is waited for is not ended by it. */
export function untilAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return work
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(signal.reason)
    if (signal.aborted) onAbort()
    signal.addEventListener('abort', onAbort, { once: true })
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort))
  })
}
