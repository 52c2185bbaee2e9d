import { type EventObject, isGoing, isOwnedBy, type Pod, uidOf, type Workload } from './live-objects.ts'

/** What else of the cluster decides on a rollout. */
export interface ClusterView {
  readonly pods: readonly Pod[]
  readonly replicaSets: readonly Workload[]
  /** Events of type Warning. */
  readonly warnings: readonly EventObject[]
}

/** The pods that have to become ready: not those that go, have been given up, or are of an older version. */
export function podsOf(live: Workload, { pods, replicaSets }: ClusterView): readonly Pod[] {
  const isLost = (pod: Pod) => live.kind !== 'Job' && pod.status?.phase === 'Failed'
  const standing = pods.filter((pod) => !isGoing(pod) && !isLost(pod))
  if (live.kind === 'Pod') return isGoing(live) ? [] : [live as Pod]
  if (live.kind === 'Deployment') {
    const current = currentReplicaSet(live, replicaSets)
    return current === undefined ? [] : standing.filter((pod) => isOwnedBy(pod, new Set([uidOf(current)])))
  }
  const own = standing.filter((pod) => isOwnedBy(pod, new Set([uidOf(live)])))
  const revision = live.status?.updateRevision
  if (live.kind !== 'StatefulSet' || revision === undefined) return own
  return own.filter(
    ({ metadata }) => (metadata.labels?.['controller-revision-hash'] ?? revision) === revision,
  )
}

const revisionAnnotation = 'deployment.kubernetes.io/revision'

/** The ReplicaSet of a Deployment as it is wanted now; absent before its controller has made it. */
export function currentReplicaSet(
  deployment: Workload,
  replicaSets: readonly Workload[],
): Workload | undefined {
  const revision = deployment.metadata.annotations?.[revisionAnnotation]
  const isObserved = (deployment.metadata.generation ?? 0) <= (deployment.status?.observedGeneration ?? 0)
  if (!isObserved) return undefined
  return replicaSets.find(
    (set) =>
      isOwnedBy(set, new Set([uidOf(deployment)])) &&
      set.metadata.annotations?.[revisionAnnotation] === revision,
  )
}
