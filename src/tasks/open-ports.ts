import type { Service } from '../config/config.ts'
import { tcpWait } from '../deploy/waits/tcp.ts'
import type { WaitTarget } from '../deploy/waits/wait-strategy.ts'
import type { TaskContext } from '../engine/task-context.ts'
import type { Clock } from '../util/clock.ts'
import { formatDuration } from '../util/duration.ts'

/** What a port is given to take connections once the service is ready otherwise, milliseconds. */
const longestWaitMs = 15_000
const firstPauseMs = 50
const longestPauseMs = 500

/**
 * Waits a while until the ports of a service take connections from the host (R8): kube-proxy may be behind the pods it
 * leads to, and a program behind its container. A port that nothing has opened by then is told of, and is no failure:
 * there are programs that open one later or never. It takes at most half of what is left of the service's time.
 */
export async function awaitOpenPorts(
  { ports }: Pick<Service, 'ports'>,
  remainingMs: number,
  target: WaitTarget,
  clock: Clock,
  context: Pick<TaskContext, 'output' | 'progress'>,
): Promise<void> {
  const { signal } = target
  const limitMs = Math.min(longestWaitMs, remainingMs / 2)
  const end = new AbortController()
  const isOver = AbortSignal.any([signal, end.signal])
  clock.sleep(limitMs, isOver).then(
    () => end.abort(),
    () => {},
  )
  const untilOpen = async (port: string): Promise<void> => {
    const { name, look } = tcpWait(port)
    let reason = 'no answer'
    try {
      for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(pauseMs * 1.5, longestPauseMs)) {
        const state = await look({ ...target, signal: isOver })
        if (state.isReady) return
        if (pauseMs === firstPauseMs) context.progress(`${name}: ${state.reason}`)
        reason = state.reason
        await clock.sleep(pauseMs, isOver)
      }
    } catch (error) {
      if (signal.aborted || !isOver.aborted) throw error
      const after = formatDuration(limitMs)
      context.output('info', `${name}: not open after ${after}, and not waited for any longer: ${reason}`)
    }
  }
  try {
    await Promise.all([...ports.keys()].map(untilOpen))
  } finally {
    end.abort()
  }
}
