import { describeObject, type KubernetesObject } from '../../util/kubernetes-object.ts'
import { type ClusterView, currentReplicaSet, podsOf } from './cluster-view.ts'
import { isReadyPod, type LiveObject, type Workload } from './live-objects.ts'
import { podProblems, type RolloutProblem } from './pod-problems.ts'
import { podWaitingFor } from './pod-waiting.ts'
import { progressOf } from './progress.ts'
import { type StartedContainer, startedContainers } from './steadiness.ts'
import { creationProblems, failuresOf } from './workload-problems.ts'

/** Kinds that run pods, and whose rollout is waited for. */
export const workloadKinds: readonly string[] = [
  'Deployment',
  'StatefulSet',
  'DaemonSet',
  'ReplicaSet',
  'Job',
  'Pod',
]

/** A workload as its manifest has it and as the cluster has it; not the latter before it was seen there. */
export interface WantedWorkload {
  readonly wanted: KubernetesObject
  readonly live: LiveObject | undefined
}

export interface Rollout {
  /** Less than `total` until everything is as it should be. */
  readonly ready: number
  readonly total: number
  readonly waitingFor: string
  /** Worst first. */
  readonly problems: readonly RolloutProblem[]
  /** What may count as ready for no better reason than that it runs, and has to stay up for a moment. */
  readonly started: readonly StartedContainer[]
}

/**
 * How far the workloads of a service are, counted as `kubectl rollout status` does, and what keeps them from getting
 * further (R6). `restarts` of a container are tolerated.
 */
export function rolloutOf(
  workloads: readonly WantedWorkload[],
  view: ClusterView,
  restarts: number,
): Rollout {
  const all = workloads.map(({ wanted, live }) =>
    live === undefined
      ? unfinished(1, 0, `${describeObject(wanted)} to be taken up`)
      : rolloutOfOne(wanted, live as Workload, view, restarts),
  )
  return {
    ready: all.reduce((sum, { ready }) => sum + ready, 0),
    total: all.reduce((sum, { total }) => sum + total, 0),
    waitingFor: all.find(({ waitingFor }) => waitingFor !== '')?.waitingFor ?? '',
    problems: all.flatMap(({ problems }) => problems).sort((a, b) => a.patienceMs - b.patienceMs),
    started: all.flatMap(({ started }) => started),
  }
}

function rolloutOfOne(
  wanted: KubernetesObject,
  live: Workload,
  view: ClusterView,
  restarts: number,
): Rollout {
  const pods = podsOf(live, view)
  const progress = progressOf(live)
  const current = live.kind === 'Deployment' ? currentReplicaSet(live, view.replicaSets) : live
  const started = live.kind === 'Job' ? [] : startedContainers(pods)
  // Pods are watched apart from what makes them: one that has just crashed may be known before its Deployment tells.
  const isUp = live.kind === 'Job' || pods.every(isReadyPod) || live.kind === 'Pod'
  if (progress.missing === undefined && isUp)
    return { ready: progress.total, total: progress.total, waitingFor: '', problems: [], started }
  // How often a Job tries is between it and `failuresOf`.
  const tolerated = live.kind === 'Job' ? Number.POSITIVE_INFINITY : restarts
  const problems = [
    ...failuresOf(wanted, live, pods, restarts),
    ...(pods.length < progress.total ? creationProblems(live, current, view.warnings) : []),
    ...pods.flatMap((pod) => podProblems(pod, view.warnings, tolerated)),
  ]
  const hindered = pods.map((pod) => podWaitingFor(pod, view.warnings)).find((text) => text !== undefined)
  const waitingFor = hindered ?? `${describeObject(live)}: ${progress.missing ?? 'its pods to be ready'}`
  return { ...unfinished(progress.total, progress.ready, waitingFor), problems, started }
}

/** Not all is ready, even where nothing but the going of the old is missing. */
function unfinished(total: number, ready: number, waitingFor: string): Rollout {
  const atLeast = Math.max(total, 1)
  return { ready: Math.min(ready, atLeast - 1), total: atLeast, waitingFor, problems: [], started: [] }
}
