import { condition, isReadyPod, type Pod, type Workload } from './live-objects.ts'

/** How far a workload is by its own account. */
export interface Progress {
  readonly total: number
  readonly ready: number
  /** Absent when nothing is. */
  readonly missing?: string
}

/** Counted as `kubectl rollout status` does. */
export function progressOf(live: Workload): Progress {
  const { kind, spec = {}, status = {}, metadata } = live
  const isObserved = (metadata.generation ?? 0) <= (status.observedGeneration ?? 0)
  const total = spec.replicas ?? 1
  const { replicas = 0, readyReplicas = 0, availableReplicas = 0, updatedReplicas = 0 } = status
  switch (kind) {
    case 'Deployment': {
      const ready = Math.min(updatedReplicas, availableReplicas)
      if (!isObserved) return { total, ready: 0, missing: 'its controller to see it' }
      if (updatedReplicas < total) return { total, ready, missing: 'its new pods' }
      if (replicas > updatedReplicas) return { total, ready, missing: 'its old pods to go' }
      if (availableReplicas < updatedReplicas) return { total, ready, missing: 'its pods to be available' }
      return { total, ready: total }
    }
    case 'StatefulSet': {
      if (!isObserved) return { total, ready: 0, missing: 'its controller to see it' }
      if (readyReplicas < total) return { total, ready: readyReplicas, missing: 'its pods to be ready' }
      if (spec.updateStrategy?.type === 'OnDelete') return { total, ready: total }
      const updated = total - (spec.updateStrategy?.rollingUpdate?.partition ?? 0)
      const isUpdated = updated < total || status.updateRevision === status.currentRevision
      if (updatedReplicas < updated || !isUpdated)
        return { total, ready: updatedReplicas, missing: 'its new pods' }
      return { total, ready: total }
    }
    case 'DaemonSet': {
      const { desiredNumberScheduled: wanted = 0, updatedNumberScheduled = 0, numberAvailable = 0 } = status
      const ready = Math.min(updatedNumberScheduled, numberAvailable)
      if (!isObserved) return { total: wanted, ready: 0, missing: 'its controller to see it' }
      if (updatedNumberScheduled < wanted && spec.updateStrategy?.type !== 'OnDelete')
        return { total: wanted, ready, missing: 'its new pods' }
      if (numberAvailable < wanted) return { total: wanted, ready, missing: 'its pods to be available' }
      return { total: wanted, ready: wanted }
    }
    case 'ReplicaSet': {
      if (!isObserved) return { total, ready: 0, missing: 'its controller to see it' }
      if (availableReplicas < total)
        return { total, ready: availableReplicas, missing: 'its pods to be available' }
      return { total, ready: total }
    }
    case 'Job': {
      if (condition(live, 'Complete')?.status === 'True') return { total: 1, ready: 1 }
      return {
        total: 1,
        ready: 0,
        missing: spec.suspend === true ? 'somebody to resume it' : 'its completion',
      }
    }
    default: {
      const isDone = isReadyPod(live as Pod) || (live as Pod).status?.phase === 'Succeeded'
      return isDone ? { total: 1, ready: 1 } : { total: 1, ready: 0, missing: 'it to be ready' }
    }
  }
}
