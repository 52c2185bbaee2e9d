import { condition, type EventObject, isReadyPod, type Pod, uidOf } from './live-objects.ts'
import { containersOf } from './pod-problems.ts'

/** What the first container of a pod that is not as it should be waits for, in a few words. */
export function podWaitingFor(pod: Pod, warnings: readonly EventObject[]): string | undefined {
  if (isReadyPod(pod) || pod.status?.phase === 'Succeeded') return undefined
  const { name } = pod.metadata
  const containers = containersOf(pod)
  if (containers.length === 0) return `pod ${name} to be ${scheduledWord(pod)}`
  for (const { status, isInit } of containers) {
    const { waiting, terminated, running } = status.state ?? {}
    const label = `${name}/${status.name}`
    if (
      terminated !== undefined &&
      (isInit || pod.spec?.restartPolicy !== 'Always') &&
      terminated.exitCode === 0
    )
      continue
    if (terminated !== undefined || waiting?.reason === 'CrashLoopBackOff')
      return `${label} to be started again`
    if (running === undefined) return `${label} to be started${detailOf(waiting)}`
    if (isInit && !isSidecar(pod, status.name)) return `${label} to complete`
    if (status.ready === true) continue
    return `${label} to be ready${lastUnhealthy(pod, status.name, warnings)}`
  }
  return `pod ${name} to be ready`
}

/** An init container that goes on beside the others. */
function isSidecar({ spec }: Pod, container: string): boolean {
  return spec?.initContainers?.find(({ name }) => name === container)?.restartPolicy === 'Always'
}

function scheduledWord(pod: Pod): string {
  return condition(pod, 'PodScheduled')?.status === 'True' ? 'started' : 'scheduled'
}

function detailOf(waiting: { readonly reason?: string } | undefined): string {
  const { reason } = waiting ?? {}
  return reason === undefined || reason === 'ContainerCreating' || reason === 'PodInitializing'
    ? ''
    : ` (${reason})`
}

function lastUnhealthy(pod: Pod, container: string, warnings: readonly EventObject[]): string {
  const told = warnings.findLast(
    ({ involvedObject, reason }) =>
      reason === 'Unhealthy' &&
      involvedObject.uid === uidOf(pod) &&
      involvedObject.fieldPath === `spec.containers{${container}}`,
  )
  const [line] = told?.message?.split('\n', 1) ?? []
  return line === undefined ? '' : `: ${line}`
}
