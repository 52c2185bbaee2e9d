import type { KubernetesObject } from '../../util/kubernetes-object.ts'
import { groupOf } from './kubernetes-client.ts'

/**
 * What has to be there before what (R3). Kinds of one stage do not need each other; whatever is in no stage is a
 * custom resource, or a kind of the cluster that works on others, and comes after the workloads.
 */
const stages: readonly (readonly string[])[] = [
  ['Namespace'],
  ['CustomResourceDefinition'],
  [
    'ServiceAccount',
    'Role',
    'ClusterRole',
    'RoleBinding',
    'ClusterRoleBinding',
    'ConfigMap',
    'Secret',
    'StorageClass',
    'PersistentVolume',
    'PersistentVolumeClaim',
    'PriorityClass',
    'RuntimeClass',
    'ResourceQuota',
    'LimitRange',
    'NetworkPolicy',
  ],
  ['Service', 'Endpoints', 'EndpointSlice'],
  ['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'ReplicationController', 'Pod', 'Job', 'CronJob'],
  [],
  ['APIService', 'ValidatingWebhookConfiguration', 'MutatingWebhookConfiguration'],
]
const customStage = stages.findIndex((kinds) => kinds.length === 0)

/** The objects in the stages in which they are to be applied, one after another; none is empty. */
export function applyStages(objects: readonly KubernetesObject[]): readonly (readonly KubernetesObject[])[] {
  return stages
    .map((_, index) => objects.filter((object) => stageOf(object) === index))
    .filter((stage) => stage.length > 0)
}

function stageOf({ apiVersion, kind }: KubernetesObject): number {
  // Operators like to name their kinds as Kubernetes does: a `Service` of `serving.knative.dev` is none.
  if (!isBuiltIn(groupOf(apiVersion))) return customStage
  const index = stages.findIndex((kinds) => kinds.includes(kind))
  return index === -1 ? customStage : index
}

function isBuiltIn(group: string): boolean {
  return !group.includes('.') || group.endsWith('.k8s.io')
}
