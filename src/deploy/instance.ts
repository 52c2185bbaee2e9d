import type { KubernetesObject } from '../util/kubernetes-object.ts'
import { mappingsAt } from './field-paths.ts'
import { instanceName } from './instance-name.ts'
import { containerLists, podSpecPaths } from './pod-specs.ts'
import { referencesOf, resourceOf } from './references.ts'
import type { InstanceSource } from './sources.ts'

/** A service's objects as another instance has them. */
export interface InstanceObjects {
  readonly objects: readonly KubernetesObject[]
  /** The name of its object that is called so in the manifests; absent for what is no object of its own. */
  readonly nameOf: InstanceNames
}

export type InstanceNames = (kind: string, name: string) => string | undefined

/** These are for one user alone, and so each instance has its own, whatever its namespace. */
const ownClusterKinds = ['ClusterRoleBinding', 'PersistentVolume']

/**
 * Copies of a service's objects for another instance beside it. Where it has no namespace of its own, objects that
 * belong to one get names of their own, and references between them follow; names in texts, such as those for DNS, and
 * in custom resources stay. Ports of the nodes and addresses that can be given once are left to be chosen.
 */
export function asInstance(
  objects: readonly KubernetesObject[],
  instance: string,
  { of, keepsNames }: InstanceSource,
  isClusterScoped: (object: KubernetesObject) => boolean,
): InstanceObjects {
  const isRenamed = (object: KubernetesObject) =>
    isClusterScoped(object) ? ownClusterKinds.includes(object.kind) : !keepsNames
  const namespaceOf = (object: KubernetesObject) =>
    isClusterScoped(object) ? '' : (object.metadata.namespace ?? 'default')
  const own = new Set(
    objects
      .filter(isRenamed)
      .map((object) => keyOf(resourceOf(object.kind), namespaceOf(object), object.metadata.name)),
  )
  const nameOf = (name: string) => instanceName(name, of, instance)
  const names = new Map(
    objects.map((object) => {
      const { name } = object.metadata
      return [`${object.kind} ${name}`, isRenamed(object) ? nameOf(name) : name]
    }),
  )
  return {
    objects: objects.map((object) => {
      const copy = structuredClone(object)
      for (const { resource, name, namespace = namespaceOf(object), replace } of referencesOf(copy)) {
        if (own.has(keyOf(resource, namespace, name)) || own.has(keyOf(resource, '', name)))
          replace(nameOf(name))
      }
      leaveToBeChosen(copy)
      if (!isRenamed(object)) return copy
      return { ...copy, metadata: { ...copy.metadata, name: nameOf(copy.metadata.name) } }
    }),
    nameOf: (kind, name) => names.get(`${kind} ${name}`),
  }
}

function keyOf(resource: string, namespace: string, name: string): string {
  return JSON.stringify([resource, namespace, name])
}

/** Takes out what the first instance has already: ports of nodes and addresses of the cluster. */
function leaveToBeChosen(object: KubernetesObject): void {
  if (object.kind === 'Service') {
    for (const spec of mappingsAt(object, 'spec')) {
      const fixed = mappingsAt(object, 'spec.ports[*]').filter(({ nodePort }) => nodePort !== undefined)
      for (const port of fixed) delete port.nodePort
      // One that the cluster chooses may be what another manifest names (P2), and nobody here would know it.
      if (fixed.length > 0 && spec.type === 'NodePort') {
        spec.type = 'ClusterIP'
        delete spec.externalTrafficPolicy
      }
      delete spec.healthCheckNodePort
      delete spec.loadBalancerIP
      // A headless one stays one.
      if (spec.clusterIP !== 'None') {
        delete spec.clusterIP
        delete spec.clusterIPs
      }
    }
  }
  const podSpec = podSpecPaths[object.kind]
  for (const list of podSpec === undefined ? [] : containerLists) {
    for (const port of mappingsAt(object, `${podSpec}.${list}[*].ports[*]`)) delete port.hostPort
  }
}
