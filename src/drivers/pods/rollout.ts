import { connectLocal, requestLocal } from '../../util/connect.ts'
import type { ExecOutcome, RolloutState } from '../cluster.ts'
import type { ContainerState } from './observer.ts'
import type { ContainerPlan, PodPlan, ReadinessCheck } from './pod-plan.ts'

/** What deciding on a pod takes: its containers as they stand, and ways to ask them. */
export interface RolloutContext {
  readonly containers: readonly ContainerState[]
  /** How many restarts of one container are tolerated. */
  readonly restarts: number
  readonly nameOf: (container: ContainerPlan) => string
  readonly exec: (
    container: ContainerPlan,
    command: readonly string[],
    timeoutMs: number,
  ) => Promise<ExecOutcome>
  readonly logs: (container: ContainerPlan) => Promise<string>
  readonly signal: AbortSignal | undefined
}

const probeTimeoutMs = 2_000
const outOfMemoryExitCode = 137
const lostHint = 'something has killed conmon; the next `up` makes the pod anew'

/**
 * Whether a pod is ready, in the sense of its manifest: every container runs and its probes answer, or, for a Job,
 * has ended with 0. What cannot get better by waiting is a failure, with the container's last words (R6).
 */
export async function rolloutOf(pod: PodPlan, context: RolloutContext): Promise<RolloutState> {
  for (const container of pod.containers) {
    const state = context.containers.find(({ name }) => name === context.nameOf(container))
    const label = `${pod.name}/${container.name}`
    if (state === undefined) return failed(`${label} does not exist any more`, '')
    if (state.restarts > context.restarts && !pod.runsToCompletion) {
      // Of a container that is up again for a moment, podman no longer knows how it ended.
      const end = isRunning(state) ? '' : `, last after exit code ${state.exitCode}`
      return failed(
        `${label} crashes: it was restarted ${state.restarts} times${end}`,
        await context.logs(container),
        memoryHint(state),
      )
    }
    if (isRunning(state)) {
      if (pod.runsToCompletion) return waiting(`${label} to complete`)
      const reason = await firstUnready(container, state, context)
      if (reason !== undefined) return waiting(`${label}: ${reason}`)
      continue
    }
    if (state.status === 'lost') {
      const what = 'its process has ended, and so has the one by which podman watched it (conmon)'
      return failed(`${label} is lost: ${what}`, await context.logs(container), lostHint)
    }
    if (state.status === 'created' || state.status === 'initialized') return waiting(`${label} to start`)
    if (pod.runsToCompletion && state.exitCode === 0) continue
    if (container.restart === 'always' && state.restarts <= context.restarts)
      return waiting(`${label} to restart`)
    if (mayRetry(container, state)) return waiting(`${label} to be tried again`)
    if (container.restart === 'no' && state.exitCode === 0) continue
    return failed(
      `${label} exited with code ${state.exitCode}`,
      await context.logs(container),
      memoryHint(state),
    )
  }
  return { ready: 1, total: 1, waitingFor: '' }
}

function isRunning(state: ContainerState): boolean {
  return state.status === 'running'
}

/** podman restarts a failed container of a Job by itself until its limit is reached. */
function mayRetry(container: ContainerPlan, state: ContainerState): boolean {
  const [policy, limit] = container.restart.split(':')
  return policy === 'on-failure' && state.exitCode !== 0 && state.restarts < Number(limit)
}

function memoryHint(state: ContainerState): string | undefined {
  if (!state.isOutOfMemory && state.exitCode !== outOfMemoryExitCode) return undefined
  return 'it was killed, most likely for lack of memory: raise resources.limits.memory in the manifest'
}

async function firstUnready(
  container: ContainerPlan,
  state: ContainerState,
  context: RolloutContext,
): Promise<string | undefined> {
  for (const check of container.readiness) {
    try {
      await runCheck(check, container, state, context)
    } catch (error) {
      if (context.signal?.aborted) throw error
      return error instanceof Error ? error.message : String(error)
    }
  }
  return undefined
}

async function runCheck(
  check: ReadinessCheck,
  container: ContainerPlan,
  state: ContainerState,
  context: RolloutContext,
): Promise<void> {
  if (check.kind === 'exec') {
    const { exitCode, output } = await context.exec(container, check.command, check.timeoutMs)
    if (exitCode !== 0) throw new Error(`${check.command[0]} exited with ${exitCode}: ${firstLine(output)}`)
    return
  }
  const port = state.hostPorts.get(check.port)
  if (port === undefined) throw new Error(`port ${check.port} is not published yet`)
  if (check.kind === 'tcp') {
    await connectLocal(port, probeTimeoutMs)
    return
  }
  const { status } = await requestLocal(port, check.path, {
    // As the kubelet, which asks a pod by its address, takes any certificate.
    ...(check.isTls ? { tls: { isInsecure: true } } : {}),
    timeoutMs: probeTimeoutMs,
    signal: context.signal,
  })
  // What the kubelet counts as success: 200 to 399.
  if (status < 200 || status >= 400) throw new Error(`GET ${check.path} answered ${status}`)
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? ''
}

function waiting(waitingFor: string): RolloutState {
  return { ready: 0, total: 1, waitingFor }
}

function failed(message: string, detail: string, hint?: string): RolloutState {
  return {
    ready: 0,
    total: 1,
    waitingFor: '',
    failure: { message, detail, ...(hint === undefined ? {} : { hint }) },
  }
}
