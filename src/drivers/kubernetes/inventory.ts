import type { KubernetesObject } from '../../util/kubernetes-object.ts'
import type { CallOptions } from '../container-engine.ts'
import { labels } from '../labels.ts'
import {
  identitiesOf,
  identityOf,
  type KubernetesClient,
  keyOf,
  type ObjectKey,
  type ObjectKind,
} from './kubernetes-client.ts'
import { isNotFound, KubernetesError } from './kubernetes-error.ts'
import { hashOf, labelValue, type Owner, ownerLabels } from './owned-object.ts'

/** An object of the environment that is in the cluster. */
export interface InventoryEntry {
  readonly key: ObjectKey
  /** As a label has it; absent for what is the environment's. */
  readonly service: string | undefined
  readonly hash: string
}

/** What we have applied in a cluster, by earlier runs and by this one. */
export class Inventory {
  readonly #entries = new Map<string, InventoryEntry>()

  /**
   * What is there now, of all kinds or of some: what carries an owner's labels, and was applied rather than made by a
   * controller.
   */
  static async read(
    client: KubernetesClient,
    owner: Owner,
    options: CallOptions,
    only?: readonly ObjectKind[],
  ): Promise<Inventory> {
    const inventory = new Inventory()
    const kinds = only ?? (await client.kinds(options))
    const lists = await Promise.all(
      kinds.map(async (kind) => {
        try {
          const query = { ...kind, labels: ownerLabels(owner), isMetadataOnly: true }
          return (await client.list(query, options)).items
        } catch (error) {
          // Its CRD has just gone, or can be listed only within something else.
          if (isNotFound(error) || (error instanceof KubernetesError && error.status === 405)) return []
          throw error
        }
      }),
    )
    for (const object of lists.flat()) inventory.add(object)
    return inventory
  }

  add(object: KubernetesObject): void {
    const hash = hashOf(object)
    if (hash === undefined) return
    const key = keyOf(object)
    this.#entries.set(identityOf(key), { key, hash, service: object.metadata.labels?.[labels.service] })
  }

  remove(key: ObjectKey): void {
    this.#entries.delete(identityOf(key))
  }

  /** What is there of an object of a manifest. */
  find(key: ObjectKey): InventoryEntry | undefined {
    return identitiesOf(key).flatMap((identity) => this.#entries.get(identity) ?? [])[0]
  }

  /** What is a service's; without one, what is the environment's alone. */
  of(service: string | undefined): readonly InventoryEntry[] {
    const wanted = service === undefined ? undefined : labelValue(service)
    return [...this.#entries.values()].filter((entry) => entry.service === wanted)
  }

  all(): readonly InventoryEntry[] {
    return [...this.#entries.values()]
  }
}
