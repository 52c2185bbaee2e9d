import type { Service } from '../config/config.ts'
import { rolloutWait } from '../deploy/waits/rollout.ts'
import { waitStrategy } from '../deploy/waits/strategies.ts'
import type { WaitState, WaitStrategy, WaitTarget } from '../deploy/waits/wait-strategy.ts'
import type { TaskContext, TaskResult } from '../engine/task-context.ts'
import { TaskError } from '../engine/task-error.ts'
import { taskError } from './failure.ts'
import type { RunScope } from './run-scope.ts'

/** Between two looks at a service, milliseconds: short at first, since most services are up at once. */
const firstPauseMs = 50
const longestPauseMs = 500
/** Lines of each container that are shown when a service does not become ready. */
const logLines = 20
/** Within the grace that the engine leaves a task after its time is over. */
const logsTimeoutMs = 2_000

/** Waits until a service is ready, in the sense of every strategy its configuration names, one after another. */
export async function awaitReady(
  service: Service,
  scope: RunScope,
  context: TaskContext,
): Promise<TaskResult> {
  const target: WaitTarget = {
    service: service.name,
    cluster: scope.cluster,
    restarts: service.restarts,
    signal: context.signal,
  }
  for (const strategy of service.ready.map(waitStrategy)) await hold(strategy, target, scope, context)
  return { outcome: 'succeeded' }
}

async function hold(
  strategy: WaitStrategy,
  target: WaitTarget,
  scope: RunScope,
  context: TaskContext,
): Promise<void> {
  let lastReason = ''
  for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(pauseMs * 1.5, longestPauseMs)) {
    const state = await look(strategy, target, lastReason)
    if (state.isReady) return
    if ('failure' in state) throw notReady(target.service, state.failure)
    if (state.reason !== lastReason) {
      lastReason = state.reason
      context.progress(`${strategy.name}: ${lastReason}`)
      context.output('info', `${strategy.name}: ${lastReason}`)
    }
    try {
      await Promise.race([
        scope.clock.sleep(pauseMs, context.signal),
        ...(target.cluster.nextChange === undefined ? [] : [target.cluster.nextChange(context.signal)]),
      ])
    } catch (reason) {
      throw isTimeout(reason) ? await stillWaiting(strategy, target, lastReason) : reason
    }
  }
}

/** A look that the end of the time cuts short is no answer; what was missing before still is. */
async function look(strategy: WaitStrategy, target: WaitTarget, lastReason: string): Promise<WaitState> {
  try {
    const state = await strategy.look(target)
    return state.isReady || strategy.name === rollout.name ? state : await unlessFailed(state, target)
  } catch (error) {
    if (!target.signal.aborted || !isTimeout(target.signal.reason)) throw error
    throw await stillWaiting(strategy, target, lastReason || 'its first answer')
  }
}

const rollout = rolloutWait()

/** Whatever is waited for, a workload that has failed for good will not bring it (R6). */
async function unlessFailed(state: WaitState, target: WaitTarget): Promise<WaitState> {
  if ('failure' in state) return state
  const workloads = await rollout.look(target)
  return 'failure' in workloads ? workloads : state
}

function isTimeout(reason: unknown): boolean {
  return reason instanceof TaskError && reason.failure.code === 'E_TASK_TIMEOUT'
}

/** What a person needs to see when the time is over: what was still missing, and what the service said. */
async function stillWaiting(strategy: WaitStrategy, target: WaitTarget, reason: string): Promise<TaskError> {
  // Without the logs, the reason is still worth telling.
  const logs = await target.cluster
    .logs(target.service, logLines, { timeoutMs: logsTimeoutMs })
    .catch(() => '')
  return taskError({
    code: 'E_NOT_READY',
    message: `still waiting for ${strategy.name}: ${reason}`,
    detail: logs,
    hint: `raise \`timeout\` of ${target.service} if it only needs longer`,
  })
}

function notReady(
  service: string,
  failure: { readonly message: string; readonly detail: string; readonly hint?: string },
): TaskError {
  const { message, detail, hint } = failure
  return taskError({
    code: 'E_NOT_READY',
    message: `${service} will not become ready: ${message}`,
    detail,
    ...(hint === undefined ? {} : { hint }),
  })
}
