import { isMapping } from '../util/is-mapping.ts'
import type { KubernetesObject } from '../util/kubernetes-object.ts'

const templateSpec = 'spec.template.spec'

/** By kind of workload, the path of the spec of its pods. */
export const podSpecPaths: Readonly<Record<string, string>> = {
  Pod: 'spec',
  Deployment: templateSpec,
  StatefulSet: templateSpec,
  DaemonSet: templateSpec,
  ReplicaSet: templateSpec,
  Job: templateSpec,
  CronJob: `spec.jobTemplate.${templateSpec}`,
}

/** The fields of a pod's spec that list containers, in the order in which these start. */
export const containerLists = ['initContainers', 'containers'] as const

/** The spec of an object's pods, for a workload that has one. */
export function podSpecOf(object: KubernetesObject): Record<string, unknown> | undefined {
  const path = podSpecPaths[object.kind]
  if (path === undefined) return undefined
  const spec = path.split('.').reduce<unknown>((at, step) => (isMapping(at) ? at[step] : undefined), object)
  return isMapping(spec) ? spec : undefined
}

/** All containers of an object's pods, init containers first; none for what is no workload. */
export function containersOf(object: KubernetesObject): Record<string, unknown>[] {
  const spec = podSpecOf(object) ?? {}
  return containerLists.flatMap((list) => {
    const containers = spec[list]
    return Array.isArray(containers) ? containers.filter(isMapping) : []
  })
}
