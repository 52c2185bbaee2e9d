import {
  type ContainerStatus,
  condition,
  type EventObject,
  isReadyPod,
  type Pod,
  timeOf,
  uidOf,
} from './live-objects.ts'

/** Why something will not become ready by waiting, or not by waiting much longer. */
export interface RolloutProblem {
  readonly message: string
  readonly hint?: string
  /** How long it has to last before it counts: some problems are solved by what is just being made. */
  readonly patienceMs: number
  readonly namespace: string
  /** Whose events tell more. */
  readonly uid: string
  readonly pod?: string
  readonly container?: string
}

/** What the scheduler cannot place at once it may place in a moment. */
const schedulingPatienceMs = 5_000
/** An operator may be just about to make the ConfigMap or Secret that is missing. */
const configurationPatienceMs = 8_000
/** Nodes that are starting, and volumes that are being made, take their time. */
const infrastructurePatienceMs = 30_000

const imageReasons = [
  'ErrImagePull',
  'ImagePullBackOff',
  'ErrImageNeverPull',
  'InvalidImageName',
  'ImageInspectError',
  'RegistryUnavailable',
  'SignatureValidationFailed',
]
const startReasons = ['RunContainerError', 'StartError', 'ContainerCannotRun']

/** What keeps a pod from becoming ready, worst first; nothing when it is, or when it is on its way. */
export function podProblems(
  pod: Pod,
  warnings: readonly EventObject[],
  restarts: number,
): readonly RolloutProblem[] {
  if (isReadyPod(pod)) return []
  const own = warnings.filter(({ involvedObject }) => involvedObject.uid === uidOf(pod))
  const containers = containersOf(pod).map((container) => containerProblem(pod, container, own, restarts))
  return [...containers, unschedulable(pod), unmounted(pod, own)]
    .filter((problem) => problem !== undefined)
    .sort((a, b) => a.patienceMs - b.patienceMs)
}

/** A container of a pod, as it stands. */
export interface PodContainer {
  readonly status: ContainerStatus
  readonly isInit: boolean
}

/** In the order in which they start. */
export function containersOf({ status }: Pod): readonly PodContainer[] {
  const inits = (status?.initContainerStatuses ?? []).map((status) => ({ status, isInit: true }))
  return [...inits, ...(status?.containerStatuses ?? []).map((status) => ({ status, isInit: false }))]
}

/** How often a container has ended as it should not. */
export function crashesOf(pod: Pod, { status, isInit }: PodContainer): number {
  const { terminated, waiting } = status.state ?? {}
  const ends = terminated !== undefined && (terminated.exitCode !== 0 || !mayEnd(pod, isInit))
  return (status.restartCount ?? 0) + (ends || waiting?.reason === 'CrashLoopBackOff' ? 1 : 0)
}

function mayEnd({ spec }: Pod, isInit: boolean): boolean {
  return isInit || (spec?.restartPolicy ?? 'Always') !== 'Always'
}

function containerProblem(
  pod: Pod,
  container: PodContainer,
  warnings: readonly EventObject[],
  restarts: number,
): RolloutProblem | undefined {
  const { status, isInit } = container
  const { name, namespace = 'default' } = pod.metadata
  const label = `${name}/${status.name}${isInit ? ' (init container)' : ''}`
  const problem = (message: string, hint?: string, patienceMs = 0): RolloutProblem => ({
    message: `${label} ${message}`,
    patienceMs,
    namespace,
    uid: uidOf(pod),
    pod: name,
    container: status.name,
    ...(hint === undefined ? {} : { hint }),
  })

  const { reason = '', message = '' } = status.state?.waiting ?? {}
  const ended = status.state?.terminated ?? status.lastState?.terminated
  if (imageReasons.includes(reason)) {
    const told = warnings.findLast((event) => event.reason === 'Failed' && /image/i.test(event.message ?? ''))
    const why = /back-off/i.test(message) ? (told?.message ?? message) : message
    return problem(`has no image: ${withoutPrefix(why) || reason}`, imageHint(reason, status.image))
  }
  if (startReasons.includes(reason) || startReasons.includes(ended?.reason ?? '')) {
    const why = startReasons.includes(reason) ? message : ended?.message
    return problem(
      `cannot be started: ${why ?? reason}`,
      'check `command` and `args` in the manifest against what is in the image',
    )
  }
  if (reason === 'CreateContainerConfigError' && !/cache/.test(message)) {
    const hint = 'add it to the manifests, or let the service that makes it come first with `needs`'
    return problem(`cannot be configured: ${message}`, hint, configurationPatienceMs)
  }
  if (reason === 'CreateContainerError') {
    return problem(`cannot be created: ${message}`, undefined, configurationPatienceMs)
  }
  const crashes = crashesOf(pod, container)
  if (crashes > restarts && crashes > 0) {
    const restarted = status.restartCount ?? 0
    const often =
      restarted === 0
        ? 'it ended'
        : `it was restarted ${restarted} ${restarted === 1 ? 'time' : 'times'}, last`
    const how = ended === undefined ? '' : `${restarted === 0 ? '' : ' after'} ${endOf(ended)}`
    return problem(`crashes: ${often}${restarted === 0 ? ' with' : ''}${how}`, crashHint(ended?.reason))
  }
  return undefined
}

function endOf({ exitCode, reason }: { readonly exitCode: number; readonly reason?: string }): string {
  const isTold = reason !== undefined && reason !== 'Error' && reason !== 'Completed'
  return `exit code ${exitCode}${isTold ? ` (${reason})` : ''}`
}

function crashHint(reason: string | undefined): string {
  return reason === 'OOMKilled'
    ? 'it was killed for lack of memory: raise resources.limits.memory in the manifest'
    : 'the last lines of its log say why; what it cannot do without comes first with `needs`, or is given time by `restarts`'
}

function imageHint(reason: string, image = 'the image'): string {
  if (reason === 'InvalidImageName') return 'correct the name in the manifest'
  if (reason === 'ErrImageNeverPull')
    return `${image} is not in the cluster, and its pull policy is Never: declare it under \`images\``
  return 'correct the name, or declare it under `images`, so that it is loaded instead of pulled'
}

/** `rpc error: code = Unknown desc = …`: only what comes last is meant for people. */
function withoutPrefix(message: string): string {
  return message.replace(/rpc error: code = \w+ desc = /g, '')
}

function unschedulable(pod: Pod): RolloutProblem | undefined {
  const scheduled = condition(pod, 'PodScheduled')
  if (scheduled?.status !== 'False' || scheduled.reason !== 'Unschedulable') return undefined
  const { message = '' } = scheduled
  const { name, namespace = 'default' } = pod.metadata
  const isStarting = /unbound immediate|not-ready|uninitialized|waiting for a volume/i.test(message)
  const isResource = /insufficient/i.test(message)
  return {
    message: `pod ${name} cannot be scheduled: ${message}`,
    patienceMs: isStarting ? infrastructurePatienceMs : schedulingPatienceMs,
    namespace,
    uid: uidOf(pod),
    ...(isResource ? { hint: 'lower resources.requests in the manifest, or give the cluster more' } : {}),
  }
}

/** The kubelet tries a volume again and again; it gets no further without what it asks for. */
function unmounted(pod: Pod, warnings: readonly EventObject[]): RolloutProblem | undefined {
  const isWaiting = containersOf(pod).some(({ status }) =>
    ['ContainerCreating', 'PodInitializing'].includes(status.state?.waiting?.reason ?? ''),
  )
  if (!isWaiting) return undefined
  const told = warnings
    .filter(
      ({ reason, message = '' }) =>
        reason === 'FailedMount' && /not found|non-existent/.test(message) && !/cache/.test(message),
    )
    .sort((a, b) => timeOf(a).localeCompare(timeOf(b)))
    .at(-1)
  if (told === undefined) return undefined
  const { name, namespace = 'default' } = pod.metadata
  return {
    message: `pod ${name} cannot mount a volume: ${told.message}`,
    hint: 'add what is missing to the manifests, or let the service that makes it come first with `needs`',
    patienceMs: configurationPatienceMs,
    namespace,
    uid: uidOf(pod),
  }
}
