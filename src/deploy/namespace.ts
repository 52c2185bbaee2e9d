import { isMapping } from '../util/is-mapping.ts'
import type { KubernetesObject } from '../util/kubernetes-object.ts'

/** Where an object is that names no namespace. */
const defaultNamespace = 'default'

/**
 * Copies of a service's objects in another namespace: every object that belongs to one is put there, and so are those
 * references between objects that name a namespace they were in: subjects of role bindings, services behind webhooks,
 * aggregated APIs and conversions, and the Namespace objects themselves. Text such as `api.shop.svc` is not touched.
 */
export function moveToNamespace(
  objects: readonly KubernetesObject[],
  namespace: string,
  isClusterScoped: (object: KubernetesObject) => boolean,
): readonly KubernetesObject[] {
  const left = new Set(
    objects
      .filter((object) => !isClusterScoped(object))
      .map(({ metadata }) => metadata.namespace ?? defaultNamespace),
  )
  return objects.map((object) => {
    const copy = structuredClone(object)
    for (const reference of referencesOf(copy)) {
      const named = reference.namespace
      if (typeof named !== 'string' || left.has(named)) reference.namespace = namespace
    }
    const isMoved = isNamespace(copy) && left.has(copy.metadata.name)
    if (isMoved) return { ...copy, metadata: { ...copy.metadata, name: namespace } }
    return isClusterScoped(copy) ? copy : withNamespace(copy, namespace)
  })
}

/** The object in a namespace, whatever it named before; the original is not changed. */
export function withNamespace(object: KubernetesObject, namespace: string): KubernetesObject {
  return { ...object, metadata: { ...object.metadata, namespace } }
}

function isNamespace({ apiVersion, kind }: KubernetesObject): boolean {
  return kind === 'Namespace' && apiVersion === 'v1'
}

/** The parts of an object that name another object together with its namespace. */
function referencesOf({ kind, ...fields }: KubernetesObject): readonly Record<string, unknown>[] {
  switch (kind) {
    case 'RoleBinding':
    case 'ClusterRoleBinding':
      return mappings(fields.subjects).filter((subject) => subject.kind === 'ServiceAccount')
    case 'MutatingWebhookConfiguration':
    case 'ValidatingWebhookConfiguration':
      return mappings(fields.webhooks).flatMap((webhook) => at(webhook, 'clientConfig', 'service'))
    case 'CustomResourceDefinition':
      return at(fields.spec, 'conversion', 'webhook', 'clientConfig', 'service')
    case 'APIService':
      return at(fields.spec, 'service')
    default:
      return []
  }
}

function mappings(list: unknown): readonly Record<string, unknown>[] {
  return Array.isArray(list) ? list.filter(isMapping) : []
}

function at(value: unknown, ...path: readonly string[]): readonly Record<string, unknown>[] {
  const found = path.reduce<unknown>(
    (parent, field) => (isMapping(parent) ? parent[field] : undefined),
    value,
  )
  return isMapping(found) ? [found] : []
}
