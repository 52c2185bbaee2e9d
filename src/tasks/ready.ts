import type { Service } from '../config/config.ts'
import { rolloutWait } from '../deploy/waits/rollout.ts'
import { waitStrategy } from '../deploy/waits/strategies.ts'
import type { WaitFailure, WaitState, WaitStrategy, WaitTarget } from '../deploy/waits/wait-strategy.ts'
import type { TaskContext, TaskResult } from '../engine/task-context.ts'
import { TaskError } from '../engine/task-error.ts'
import { formatDuration } from '../util/duration.ts'
import { taskError } from './failure.ts'
import { awaitOpenPorts } from './open-ports.ts'
import { provideOutputs } from './outputs.ts'
import type { RunScope } from './run-scope.ts'

/** Between two looks at a service, milliseconds: short at first, since most services are up at once. */
const firstPauseMs = 50
const longestPauseMs = 500
/** Lines of each container that are shown when a service does not become ready. */
const logLines = 20
/** Within the grace that the engine leaves a task after its time is over. */
const logsTimeoutMs = 2_000

/** What one wait is about, and what came before it. */
interface Wait {
  readonly strategy: WaitStrategy
  /** Its own, within that of the service. */
  readonly timeoutMs: number | undefined
  readonly target: WaitTarget
  /** Strategies that hold, and after how long each did. */
  readonly held: readonly { readonly name: string; readonly afterMs: number }[]
}

/** Waits until a service is ready, in the sense of every strategy its configuration names, one after
 * another, and then reads its outputs off it. */
export async function awaitReady(
  service: Service,
  scope: RunScope,
  context: TaskContext,
): Promise<TaskResult> {
  const startMs = scope.clock.now()
  const held: { name: string; afterMs: number }[] = []
  const { name, restarts } = service
  const target: WaitTarget = { service: name, cluster: scope.cluster, restarts, signal: context.signal }
  for (const wait of service.ready) {
    const strategy = waitStrategy(wait)
    await holdInTime({ strategy, timeoutMs: wait.timeoutMs, target, held }, scope, context)
    held.push({ name: strategy.name, afterMs: scope.clock.now() - startMs })
  }
  if (service.awaitsPorts) {
    const remainingMs = service.timeoutMs - (scope.clock.now() - startMs)
    await awaitOpenPorts(service, remainingMs, target, scope.clock, context)
  }
  await provideOutputs(service, scope, context)
  return { outcome: 'succeeded' }
}

/** Why the time of a strategy is over, for whoever waits with its signal. */
const isOwnTime = Symbol('the time of a strategy is over')

/** Until it holds; no longer than its own time, if it has one. */
async function holdInTime(wait: Wait, scope: RunScope, context: TaskContext): Promise<void> {
  if (wait.timeoutMs === undefined) return hold(wait, scope, context)
  const time = new AbortController()
  const end = new AbortController()
  const { signal } = wait.target
  scope.clock.sleep(wait.timeoutMs, AbortSignal.any([signal, end.signal])).then(
    () => time.abort(isOwnTime),
    () => {},
  )
  try {
    const target = { ...wait.target, signal: AbortSignal.any([signal, time.signal]) }
    await hold({ ...wait, target }, scope, context)
  } finally {
    end.abort()
  }
}

async function hold(wait: Wait, scope: RunScope, context: TaskContext): Promise<void> {
  const { strategy, target } = wait
  let lastReason = ''
  // What the end of the time cuts short is no answer; what was missing before still is.
  const inTime = <T>(work: Promise<T>): Promise<T> =>
    work.catch(async (error: unknown) => {
      throw isTimeUp(target.signal) ? await stillWaiting(wait, lastReason || 'its first answer') : error
    })
  for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(pauseMs * 1.5, longestPauseMs)) {
    const state = await inTime(look(strategy, target))
    if (state.isReady) return
    if (state.failure !== undefined) throw notReady(target.service, state.failure)
    if (state.reason !== lastReason) {
      lastReason = state.reason
      context.progress(`${strategy.name}: ${lastReason}`)
      context.output('info', `${strategy.name}: ${lastReason}`)
    }
    await inTime(pause(strategy, target, scope, pauseMs))
  }
}

/** Until there may be more to see: when the cluster tells of a change, where it does, or after a while. */
async function pause(
  { isWatched }: WaitStrategy,
  { cluster, signal }: WaitTarget,
  { clock }: RunScope,
  pauseMs: number,
): Promise<void> {
  if (!isWatched || cluster.nextChange === undefined) return clock.sleep(pauseMs, signal)
  const end = new AbortController()
  const isOver = AbortSignal.any([signal, end.signal])
  try {
    await Promise.race([clock.sleep(pauseMs, isOver), cluster.nextChange(isOver)])
  } finally {
    end.abort()
  }
  // A wait for a change ends with its signal as if there were one.
  signal.throwIfAborted()
}

const rollout = rolloutWait()

/** Whatever is waited for, a workload that has failed for good will not bring it (R6). */
async function look(strategy: WaitStrategy, target: WaitTarget): Promise<WaitState> {
  const state = await strategy.look(target)
  if (state.isReady || state.failure !== undefined || strategy.name === rollout.name) return state
  const workloads = await rollout.look(target)
  return !workloads.isReady && workloads.failure !== undefined ? workloads : state
}

/** Whether time alone ended the wait, the service's or the strategy's own. */
function isTimeUp({ aborted, reason }: AbortSignal): boolean {
  if (!aborted) return false
  return reason === isOwnTime || (reason instanceof TaskError && reason.failure.code === 'E_TASK_TIMEOUT')
}

/** What a person needs to see when the time is over: what was still missing, and what the service said. */
async function stillWaiting(
  { strategy, timeoutMs = 0, target, held }: Wait,
  reason: string,
): Promise<TaskError> {
  const { service, cluster, signal } = target
  // Without the logs, the reason is still worth telling.
  const logs = await cluster.logs(service, logLines, { timeoutMs: logsTimeoutMs }).catch(() => '')
  const isOwn = signal.reason === isOwnTime
  const before = held.map(({ name, afterMs }) => `${name} after ${formatDuration(afterMs)}`).join(', ')
  return taskError({
    code: 'E_NOT_READY',
    message: `${
      isOwn
        ? `${strategy.name} did not hold within its ${formatDuration(timeoutMs)}`
        : `still waiting for ${strategy.name}`
    }: ${reason}${before === '' ? '' : ` (held before: ${before})`}`,
    detail: logs,
    hint: isOwn
      ? `raise \`timeout\` of this condition of ${service} if it only needs longer`
      : `raise \`timeout\` of ${service} if it only needs longer`,
  })
}

function notReady(service: string, { message, detail, hint }: WaitFailure): TaskError {
  return taskError({
    code: 'E_NOT_READY',
    message: `${service} will not become ready: ${message}`,
    detail,
    ...(hint === undefined ? {} : { hint }),
  })
}
