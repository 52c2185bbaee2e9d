import { mappingsAt } from '../deploy/field-paths.ts'
import { containerLists, podSpecPaths } from '../deploy/pod-specs.ts'
import { isMapping } from '../util/is-mapping.ts'
import type { KubernetesObject } from '../util/kubernetes-object.ts'
import { textMapAt, valueAt } from './yaml-values.ts'

export function isWorkload({ kind }: KubernetesObject): boolean {
  return podSpecPaths[kind] !== undefined
}

/** The containers of a workload, those that come first included; none for other objects. */
export function containersOf(object: KubernetesObject): readonly Readonly<Record<string, unknown>>[] {
  const path = podSpecPaths[object.kind]
  return path === undefined ? [] : containerLists.flatMap((list) => mappingsAt(object, `${path}.${list}[*]`))
}

/** The labels of the pods that a workload makes. */
export function podLabels(object: KubernetesObject): Readonly<Record<string, string>> {
  const path = podSpecPaths[object.kind]
  if (path === undefined) return {}
  const steps = path.split('.').slice(0, -1)
  return textMapAt(object, ...steps, 'metadata', 'labels')
}

/** Whether a selector of labels means a workload's pods; an empty one means none. */
export function selects(selector: unknown, workload: KubernetesObject): boolean {
  if (!isMapping(selector)) return false
  const wanted = Object.entries(selector)
  const labels = podLabels(workload)
  return wanted.length > 0 && wanted.every(([key, value]) => labels[key] === value)
}

/** The selector by which an object means pods, of the kinds that have one beside workloads. */
export function selectorOf(object: KubernetesObject): unknown {
  switch (object.kind) {
    case 'Service':
      return valueAt(object, 'spec', 'selector')
    case 'NetworkPolicy':
      return valueAt(object, 'spec', 'podSelector', 'matchLabels')
    case 'PodDisruptionBudget':
      return valueAt(object, 'spec', 'selector', 'matchLabels')
    default:
      return undefined
  }
}
