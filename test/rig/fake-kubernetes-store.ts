import { isMapping } from '../../src/util/is-mapping.ts'
import type { KubernetesObject } from '../../src/util/kubernetes-object.ts'

export interface FakeKind {
  readonly root: string
  readonly plural: string
  readonly apiVersion: string
  readonly kind: string
  readonly isNamespaced: boolean
}

export interface StoredEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'
  readonly kind: FakeKind
  readonly object: KubernetesObject
  readonly version: number
}

const core = ['ConfigMap', 'Secret', 'Service', 'ServiceAccount', 'Pod', 'Event', 'Endpoints']
const apps = ['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet']

/** The objects of a fake cluster, their versions and what happened to them. */
export class FakeStore {
  readonly kinds: FakeKind[] = [
    ...core.map((kind) => kindOf('v1', kind)),
    kindOf('v1', 'Namespace', false),
    kindOf('v1', 'Node', false),
    ...apps.map((kind) => kindOf('apps/v1', kind)),
    kindOf('batch/v1', 'Job'),
    kindOf('apiextensions.k8s.io/v1', 'CustomResourceDefinition', false),
  ]
  readonly events: StoredEvent[] = []
  readonly #objects = new Map<string, { readonly kind: FakeKind; readonly object: KubernetesObject }>()
  #version = 100
  onEvent: (event: StoredEvent) => void = () => {}

  get version(): number {
    return this.#version
  }

  find(apiVersion: string, kind: string): FakeKind {
    const found = this.kinds.find((each) => each.apiVersion === apiVersion && each.kind === kind)
    if (found === undefined) throw new Error(`the fake cluster has no ${apiVersion} ${kind}`)
    return found
  }

  get(kind: FakeKind, namespace: string | undefined, name: string): KubernetesObject | undefined {
    return this.#objects.get(placeOf(kind, namespace, name))?.object
  }

  list(kind: FakeKind, namespace: string | undefined): KubernetesObject[] {
    return [...this.#objects.values()]
      .filter((entry) => entry.kind === kind)
      .map(({ object }) => object)
      .filter(({ metadata }) => namespace === undefined || metadata.namespace === namespace)
  }

  /** Puts an object as it is, as a controller would, but for what the server keeps for itself. */
  put(object: KubernetesObject): KubernetesObject {
    const kind = this.find(object.apiVersion, object.kind)
    const namespace = kind.isNamespaced ? (object.metadata.namespace ?? 'default') : undefined
    const place = placeOf(kind, namespace, object.metadata.name)
    const known = this.#objects.get(place)?.object
    const version = ++this.#version
    const isChanged = JSON.stringify(known?.spec) !== JSON.stringify(object.spec)
    if (!kind.isNamespaced && object.metadata.namespace !== undefined)
      throw new Error('the namespace of the provided object does not match the namespace sent on the request')
    const stored: KubernetesObject = {
      ...object,
      metadata: {
        uid: `uid-${version}`,
        creationTimestamp: new Date(Date.UTC(2030, 0, 1) + version * 1_000).toISOString(),
        ...known?.metadata,
        ...object.metadata,
        ...(namespace === undefined ? {} : { namespace }),
        generation: Number(known?.metadata.generation ?? 0) + (isChanged ? 1 : 0),
        resourceVersion: `${version}`,
      },
    }
    this.#objects.set(place, { kind, object: stored })
    this.#tell({ type: known === undefined ? 'ADDED' : 'MODIFIED', kind, object: stored, version })
    return stored
  }

  remove(kind: FakeKind, namespace: string | undefined, name: string): boolean {
    const place = placeOf(kind, namespace, name)
    const known = this.#objects.get(place)
    if (known === undefined) return false
    this.#objects.delete(place)
    this.#tell({ type: 'DELETED', kind, object: known.object, version: ++this.#version })
    return true
  }

  /** Server-side apply, near enough: mappings are merged, everything else is replaced. */
  apply(object: KubernetesObject): { readonly object: KubernetesObject; readonly isNew: boolean } {
    const kind = this.find(object.apiVersion, object.kind)
    const known = this.get(
      kind,
      kind.isNamespaced ? object.metadata.namespace : undefined,
      object.metadata.name,
    )
    const stored = this.put(known === undefined ? object : (merge(known, object) as KubernetesObject))
    if (object.kind === 'CustomResourceDefinition') this.#establish(stored)
    return { object: stored, isNew: known === undefined }
  }

  /** A definition is served a moment after it was made, as in a real cluster. */
  #establish(definition: KubernetesObject): void {
    const { group, names, scope, versions } = definition.spec as {
      readonly group: string
      readonly names: { readonly kind: string; readonly plural: string }
      readonly scope: string
      readonly versions: readonly { readonly name: string }[]
    }
    setTimeout(() => {
      for (const { name } of versions) {
        this.kinds.push({
          apiVersion: `${group}/${name}`,
          root: `/apis/${group}/${name}`,
          plural: names.plural,
          kind: names.kind,
          isNamespaced: scope === 'Namespaced',
        })
      }
      this.put({ ...definition, status: { conditions: [{ type: 'Established', status: 'True' }] } })
    }, 20)
  }

  #tell(event: StoredEvent): void {
    this.events.push(event)
    this.onEvent(event)
  }
}

function kindOf(apiVersion: string, kind: string, isNamespaced = true): FakeKind {
  const root = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`
  const plural = `${kind.toLowerCase()}${kind.endsWith('s') ? '' : 's'}`
  return { apiVersion, kind, root, plural, isNamespaced }
}

function placeOf({ root, plural }: FakeKind, namespace: string | undefined, name: string): string {
  return `${root}/${plural}/${namespace ?? ''}/${name}`
}

function merge(known: unknown, wanted: unknown): unknown {
  if (!isMapping(known) || !isMapping(wanted)) return wanted
  const merged = { ...known }
  for (const [key, value] of Object.entries(wanted)) merged[key] = merge(known[key], value)
  return merged
}
