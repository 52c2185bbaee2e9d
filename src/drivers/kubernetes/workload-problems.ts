import { describeObject, type KubernetesObject } from '../../util/kubernetes-object.ts'
import {
  condition,
  type EventObject,
  isReadyPod,
  type Pod,
  timeOf,
  uidOf,
  type Workload,
} from './live-objects.ts'
import { containersOf, crashesOf, type RolloutProblem } from './pod-problems.ts'
import { isPassingMessage } from './retry.ts'

/** A webhook that does not serve yet, a quota that is just being raised. */
const creationPatienceMs = 5_000
const webhookPatienceMs = 60_000

const lastWordsHint = 'the last lines of its log say why; what it cannot do without comes first with `needs`'

/** What the workload itself says is over. */
export function failuresOf(
  wanted: KubernetesObject,
  live: Workload,
  pods: readonly Pod[],
  restarts: number,
): readonly RolloutProblem[] {
  const { namespace = 'default' } = live.metadata
  const failure = (message: string, pod?: Pod, hint?: string): RolloutProblem[] => {
    const ended = pod === undefined ? undefined : failedContainerOf(pod)
    return [
      {
        message: `${describeObject(live)} ${message}${ended?.how ?? ''}`,
        patienceMs: 0,
        namespace,
        uid: uidOf(pod ?? live),
        ...(pod === undefined ? {} : { pod: pod.metadata.name }),
        ...(ended === undefined ? {} : { container: ended.container }),
        ...(hint === undefined ? {} : { hint }),
      },
    ]
  }
  if (live.kind === 'Job') {
    const last = [...pods].sort((a, b) => createdAt(a).localeCompare(createdAt(b))).at(-1)
    const failed = condition(live, 'Failed')
    if (failed?.status === 'True')
      return failure(`has failed: ${failed.message ?? failed.reason ?? ''}`, last, lastWordsHint)
    const attempts = pods.reduce((sum, pod) => sum + attemptsOf(pod), 0)
    // Six attempts, which nobody asked for, take ten minutes.
    const isLimited = (wanted as Workload).spec?.backoffLimit !== undefined
    if (!isLimited && attempts > restarts) {
      const times = attempts === 1 ? 'once' : `${attempts} times`
      const hint =
        'set `backoffLimit` in the manifest, or `restarts` of the service, if it is to try more often'
      return failure(`has failed ${times}`, last, hint)
    }
  }
  if (live.kind === 'Pod' && (live as Pod).status?.phase === 'Failed') {
    const { message, reason } = (live as Pod).status ?? {}
    return failure(`has failed${reason === undefined ? '' : `: ${message ?? reason}`}`, live as Pod)
  }
  const progressing = condition(live, 'Progressing')
  if (progressing?.reason === 'ProgressDeadlineExceeded')
    return failure(
      `makes no progress: ${progressing.message}`,
      pods.find((pod) => !isReadyPod(pod)),
    )
  return []
}

function createdAt({ metadata }: Pod): string {
  return metadata.creationTimestamp ?? ''
}

function attemptsOf(pod: Pod): number {
  return Math.max(0, ...containersOf(pod).map((container) => crashesOf(pod, container)))
}

function failedContainerOf(pod: Pod): { readonly container: string; readonly how: string } | undefined {
  for (const { status } of containersOf(pod)) {
    const ended = status.state?.terminated ?? status.lastState?.terminated
    if (ended === undefined || ended.exitCode === 0) continue
    return {
      container: status.name,
      how: ` (${pod.metadata.name}/${status.name}: exit code ${ended.exitCode})`,
    }
  }
  return undefined
}

/** Pods that the server does not let a controller make: a quota, a policy, a webhook. `maker` is what makes them. */
export function creationProblems(
  live: Workload,
  maker: Workload | undefined,
  warnings: readonly EventObject[],
): readonly RolloutProblem[] {
  const told =
    condition(maker ?? live, 'ReplicaFailure')?.message ?? lastFailedCreate(live, warnings)?.message
  if (told === undefined) return []
  return [
    {
      message: `no pods can be made for ${describeObject(live)}: ${told.replace(/^Error creating: |^create Pod .* failed error: /, '')}`,
      patienceMs: isPassingMessage(told) ? webhookPatienceMs : creationPatienceMs,
      namespace: live.metadata.namespace ?? 'default',
      uid: uidOf(maker ?? live),
    },
  ]
}

/** Only since we applied it: what was said about an earlier version is of no concern. */
function lastFailedCreate(live: Workload, warnings: readonly EventObject[]): EventObject | undefined {
  const appliedAt = live.metadata.managedFields?.find(({ manager }) => manager === 'kindling')?.time ?? ''
  return warnings.findLast(
    (event) =>
      event.involvedObject.uid === uidOf(live) &&
      event.reason === 'FailedCreate' &&
      timeOf(event) >= appliedAt,
  )
}
