import type { Clock } from '../../util/clock.ts'
import { describeObject, type KubernetesObject } from '../../util/kubernetes-object.ts'
import type { ChangeOptions } from '../cluster.ts'
import type { CallOptions } from '../container-engine.ts'
import { type ApplyContext, applyObject, deleteObject } from './apply-object.ts'
import { applyStages } from './apply-order.ts'
import { Inventory, type InventoryEntry } from './inventory.ts'
import {
  identitiesOf,
  identityOf,
  type KubernetesClient,
  keyOf,
  type ObjectKey,
} from './kubernetes-client.ts'
import { isNotFound, joinErrors, KubernetesError } from './kubernetes-error.ts'
import { Leftovers } from './leftovers.ts'
import { type LiveObject, uidOf } from './live-objects.ts'
import { untilAborted } from './object-cache.ts'
import { hashOf, labelValue, ownedObject } from './owned-object.ts'
import { retrying } from './retry.ts'

export interface ServiceApplierInit {
  readonly environment: string
  readonly services: readonly string[]
  readonly objectsOf: (service: string) => readonly KubernetesObject[]
  readonly clock: Clock
}

/** What earlier runs have left in the cluster. */
interface Found {
  readonly inventory: Inventory
  readonly leftovers: Leftovers
  /** Jobs and Pods that are to be made anew, though nothing of them has changed. */
  readonly toReplace: Set<string>
}

/** Brings the objects of services into a cluster, and takes out what is no longer wanted; only ever ours. */
export class ServiceApplier {
  readonly #client: KubernetesClient
  readonly #init: ServiceApplierInit
  readonly #end = new AbortController()
  readonly #namespaces = new Map<string, Promise<void>>()
  readonly #applied = new Map<string, LiveObject>()
  readonly #discarded = new Set<string>()
  #found: Promise<Found> | undefined

  constructor(client: KubernetesClient, init: ServiceApplierInit) {
    this.#client = client
    this.#init = init
  }

  async apply(service: string, options: ChangeOptions): Promise<'applied' | 'unchanged'> {
    const found = await this.#find(options)
    const { inventory, leftovers, toReplace } = found
    const { environment } = this.#init
    const wanted = this.#init
      .objectsOf(service)
      .map((object) => ownedObject(object, { environment, service }))
    const missing = wanted.filter(
      (object) => inventory.find(keyOf(object))?.hash !== hashOf(object) || isIn(toReplace, object),
    )
    const identities = this.#wantedIdentities()
    const obsolete = inventory.of(service).filter(({ key }) => !identities.has(identityOf(key)))
    const failing = leftovers.podsOf(service).filter((pod) => !this.#discarded.has(uidOf(pod)))
    if (missing.length + obsolete.length + failing.length === 0) return 'unchanged'

    options.beforeChange()
    const context = this.#context(options)
    await this.#ensureNamespaces(missing, options)
    for (const stage of applyStages(missing)) {
      await all(stage.map((object) => this.#applyOne(object, found, context)))
    }
    await this.#deleteAll(obsolete, inventory, options)
    await all(
      failing.map(async (pod) => {
        options.onLine?.('stderr', `pod ${pod.metadata.name} has failed before: it is made anew`)
        this.#discarded.add(uidOf(pod))
        await this.#delete(keyOf(pod), options)
      }),
    )
    return 'applied'
  }

  /** Removes everything of a service that carries our labels, whatever run applied it. */
  async remove(service: string, options: CallOptions): Promise<void> {
    const { environment, objectsOf } = this.#init
    const kinds = new Map(
      objectsOf(service).map(({ apiVersion, kind }) => [`${apiVersion} ${kind}`, { apiVersion, kind }]),
    )
    const inventory = await Inventory.read(this.#client, { environment, service }, options, [
      ...kinds.values(),
    ])
    await this.#deleteAll(inventory.of(service), inventory, options)
    const known = await this.#found?.catch(() => undefined)
    for (const { key } of inventory.of(service)) known?.inventory.remove(key)
  }

  /** The object as this run applied it; absent where it did not have to. */
  applied(identity: string): LiveObject | undefined {
    return this.#applied.get(identity)
  }

  /** Whether a pod was deleted so that a fresh one takes its place. */
  hasDiscarded(uid: string): boolean {
    return this.#discarded.has(uid)
  }

  /** Ends what is done for all callers together. */
  close(): void {
    this.#end.abort(new Error('The environment is no longer worked on'))
  }

  /** Done once, for whoever asks first, and not ended with that one. */
  #find(options: CallOptions): Promise<Found> {
    if (this.#found === undefined) {
      const finding = this.#read({ ...options, signal: this.#end.signal })
      this.#found = finding
      finding.catch(() => {
        this.#found = undefined
      })
    }
    return untilAborted(this.#found, options.signal)
  }

  async #read(options: CallOptions): Promise<Found> {
    const { environment, clock } = this.#init
    const retry = { clock, signal: options.signal }
    const inventory = await retrying(() => Inventory.read(this.#client, { environment }, options), retry)
    if (inventory.all().length === 0) return { inventory, leftovers: Leftovers.none(), toReplace: new Set() }
    await this.#deleteAll(this.#abandoned(inventory), inventory, options)
    const leftovers = await retrying(() => Leftovers.read(this.#client, environment, options), retry)
    return { inventory, leftovers, toReplace: new Set(leftovers.toReplace()) }
  }

  /** What is left of services, and of namespaces, that the environment no longer has. */
  #abandoned(inventory: Inventory): readonly InventoryEntry[] {
    const services = new Set(this.#init.services.map(labelValue))
    const identities = this.#wantedIdentities()
    return inventory
      .all()
      .filter(
        ({ service, key }) =>
          (service === undefined ? key.kind === 'Namespace' : !services.has(service)) &&
          !identities.has(identityOf(key)),
      )
  }

  async #applyOne(
    object: KubernetesObject,
    { inventory, toReplace }: Found,
    context: ApplyContext,
  ): Promise<void> {
    const key = keyOf(object)
    const isOurs = inventory.find(key) !== undefined
    if (isOurs && isIn(toReplace, object)) {
      context.options.onLine?.('stderr', `${describeObject(object)} has failed before: it is made anew`)
      await deleteObject(key, context)
      for (const identity of identitiesOf(key)) toReplace.delete(identity)
    }
    const applied = await applyObject(object, isOurs, context).catch((error: unknown) => {
      throw error instanceof KubernetesError ? error.about(key) : error
    })
    inventory.add(applied)
    this.#applied.set(identityOf(keyOf(applied)), applied as LiveObject)
  }

  /** Namespaces that objects are in and no manifest of the environment declares are made, and are the environment's. */
  async #ensureNamespaces(objects: readonly KubernetesObject[], options: CallOptions): Promise<void> {
    const declared = new Set(
      this.#allObjects().flatMap(({ kind, metadata }) => (kind === 'Namespace' ? [metadata.name] : [])),
    )
    const names = new Set(objects.flatMap(({ metadata }) => metadata.namespace ?? []))
    const missing = [...names].filter((name) => !declared.has(name) && name !== 'default')
    await all(missing.map((name) => untilAborted(this.#namespace(name), options.signal)))
  }

  #namespace(name: string): Promise<void> {
    const known = this.#namespaces.get(name)
    if (known !== undefined) return known
    const made = this.#makeNamespace(name)
    this.#namespaces.set(name, made)
    made.catch(() => this.#namespaces.delete(name))
    return made
  }

  async #makeNamespace(name: string): Promise<void> {
    const context = this.#context({ signal: this.#end.signal })
    const { clock, options } = context
    const key = { apiVersion: 'v1', kind: 'Namespace', name }
    const get = () => this.#client.get(key, options)
    const existing = await retrying(get, { clock, signal: options.signal })
    if (existing !== undefined && existing.metadata.deletionTimestamp === undefined) return
    const object = { apiVersion: 'v1', kind: 'Namespace', metadata: { name } }
    await applyObject(ownedObject(object, { environment: this.#init.environment }), false, context)
  }

  /** What was applied last goes first. */
  async #deleteAll(
    entries: readonly InventoryEntry[],
    inventory: Inventory,
    options: CallOptions,
  ): Promise<void> {
    const objects = entries.map(({ key: { name, namespace, ...kind } }) => ({
      ...kind,
      metadata: { name, ...(namespace === undefined ? {} : { namespace }) },
    }))
    for (const stage of applyStages(objects).toReversed()) {
      await all(
        stage.map(async (object) => {
          await this.#delete(keyOf(object), options)
          inventory.remove(keyOf(object))
          this.#applied.delete(identityOf(keyOf(object)))
          options.onLine?.('stderr', `${describeObject(object)} is no longer wanted: removed`)
        }),
      )
    }
  }

  async #delete(key: ObjectKey, options: CallOptions): Promise<void> {
    const retry = { clock: this.#init.clock, signal: options.signal }
    try {
      await retrying(() => this.#client.delete(key, options), retry)
    } catch (error) {
      // With its CRD, all of a kind goes.
      if (!isNotFound(error)) throw error
    }
  }

  #context(options: CallOptions): ApplyContext {
    return { client: this.#client, clock: this.#init.clock, options }
  }

  #allObjects(): readonly KubernetesObject[] {
    return this.#init.services.flatMap((service) => this.#init.objectsOf(service))
  }

  /** All objects, and the namespaces they are in: with one of these, everything in it would go. */
  #wantedIdentities(): ReadonlySet<string> {
    const objects = this.#allObjects()
    const namespaces = new Set(objects.flatMap(({ metadata }) => metadata.namespace ?? []))
    return new Set([
      ...objects.flatMap((object) => identitiesOf(keyOf(object))),
      ...[...namespaces].flatMap((name) => identitiesOf({ apiVersion: 'v1', kind: 'Namespace', name })),
    ])
  }
}

function isIn(identities: ReadonlySet<string>, object: KubernetesObject): boolean {
  return identitiesOf(keyOf(object)).some((identity) => identities.has(identity))
}

/** Waits for all of them, whatever becomes of the others, and tells everything that went wrong. */
async function all(work: readonly Promise<void>[]): Promise<void> {
  const results = await Promise.allSettled(work)
  const reasons = results.flatMap((result) =>
    result.status === 'rejected' ? [result.reason as unknown] : [],
  )
  const other = reasons.find((reason) => !(reason instanceof KubernetesError))
  if (other !== undefined) throw other
  const error = joinErrors(reasons.filter((reason) => reason instanceof KubernetesError))
  if (error !== undefined) throw error
}
