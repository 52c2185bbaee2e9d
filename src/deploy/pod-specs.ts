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
