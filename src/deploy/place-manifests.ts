import type { KubernetesObject } from '../util/kubernetes-object.ts'
import { asInstance, type InstanceNames } from './instance.ts'
import type { Manifest } from './manifest.ts'
import { moveToNamespace, withNamespace } from './namespace.ts'
import { selectOwnPods } from './select-own.ts'
import type { ServiceSource } from './sources.ts'

/** What placing the manifests of one service needs to know of all. */
export interface Surroundings {
  readonly isClusterScoped: (object: KubernetesObject) => boolean
  /** Services that are in one namespace with an instance of themselves, or of the same service. */
  readonly crowded: ReadonlySet<string>
}

export interface PlacedManifests {
  readonly manifests: readonly Manifest[]
  /** Present when it is another instance of a service. */
  readonly nameOf?: InstanceNames
}

/** Instances whose objects are among those of the service they are of, and these services. */
export function crowdedServices(sources: readonly ServiceSource[]): ReadonlySet<string> {
  return new Set(
    sources.flatMap(({ name, instance }) =>
      instance === undefined || instance.keepsNames ? [] : [name, instance.of],
    ),
  )
}

/** The manifests of a service in their namespace, and beside other instances of it. */
export function placeManifests(
  all: readonly Manifest[],
  { name, namespace, instance }: ServiceSource,
  { isClusterScoped, crowded }: Surroundings,
): PlacedManifests {
  const manifests = inNamespace(all, namespace, isClusterScoped)
  const objects = manifests.map(({ object }) => object)
  const own = instance === undefined ? { objects } : asInstance(objects, name, instance, isClusterScoped)
  const selecting = crowded.has(name) ? selectOwnPods(own.objects, name) : own.objects
  return { ...own, manifests: withObjects(manifests, selecting) }
}

function inNamespace(
  manifests: readonly Manifest[],
  namespace: string | undefined,
  isClusterScoped: (object: KubernetesObject) => boolean,
): readonly Manifest[] {
  if (namespace !== undefined) {
    const objects = manifests.map(({ object }) => object)
    return withObjects(manifests, moveToNamespace(objects, namespace, isClusterScoped))
  }
  return manifests.map((manifest) => {
    const { object, namespace: own } = manifest
    const isThere = own === undefined || object.metadata.namespace !== undefined || isClusterScoped(object)
    return isThere ? manifest : { ...manifest, object: withNamespace(object, own) }
  })
}

/** The same manifests with other objects, in the same order. */
function withObjects(
  manifests: readonly Manifest[],
  objects: readonly KubernetesObject[],
): readonly Manifest[] {
  return manifests.map((manifest, index) => ({ ...manifest, object: objects[index] ?? manifest.object }))
}
