import { serviceLabel } from '../drivers/cluster.ts'
import type { KubernetesObject } from '../util/kubernetes-object.ts'
import { mappingsAt } from './field-paths.ts'
import { podSpecPaths } from './pod-specs.ts'

/** Where the labels stand by which an object selects pods. Those of workloads stay: they go by what they have made. */
const selectorPaths: Readonly<Record<string, string>> = {
  Service: 'spec.selector',
  NetworkPolicy: 'spec.podSelector.matchLabels',
  PodDisruptionBudget: 'spec.selector.matchLabels',
}

/**
 * Copies of a service's objects that select no pods of another instance of it, which has the same labels: whatever
 * selects pods of its own does so by the name of the service as well, which all its pods have as a label.
 */
export function selectOwnPods(
  objects: readonly KubernetesObject[],
  service: string,
): readonly KubernetesObject[] {
  const pods = objects.flatMap(podLabelsOf)
  return objects.map((object) => {
    const path = selectorPaths[object.kind]
    if (path === undefined) return object
    const copy = structuredClone(object)
    for (const selector of mappingsAt(copy, path)) {
      if (pods.some((labels) => selects(selector, labels))) selector[serviceLabel] = service
    }
    return copy
  })
}

/** The labels of the pods that an object is, or makes. */
function podLabelsOf(object: KubernetesObject): readonly Readonly<Record<string, unknown>>[] {
  const path = podSpecPaths[object.kind]
  return path === undefined ? [] : mappingsAt(object, path.replace(/spec$/, 'metadata.labels'))
}

function selects(selector: Record<string, unknown>, labels: Readonly<Record<string, unknown>>): boolean {
  const wanted = Object.entries(selector)
  return wanted.length > 0 && wanted.every(([name, value]) => labels[name] === value)
}
