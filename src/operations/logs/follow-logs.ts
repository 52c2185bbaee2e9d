import {
  type ContainerLogs,
  describeLogProblem,
  type LoggedContainer,
  type LogLine,
  type LogSelection,
} from '../../drivers/container-logs.ts'
import { reasonOf } from '../../drivers/evidence.ts'
import type { Clock } from '../../util/clock.ts'

/** Between two looks for containers that are new or were restarted, milliseconds. */
const pauseMs = 1_000

export interface FollowOptions {
  readonly clock: Clock
  readonly signal: AbortSignal
  /** Whether the environment still is what it was when this began. */
  readonly isThere: () => boolean
  readonly onLine: (container: LoggedContainer, line: LogLine) => void
  readonly onProblem: (text: string) => void
}

/**
 * Follows the logs of containers, of those too that come later and those that are restarted, until all have ended for
 * good, the environment has gone, or the signal is aborted.
 */
export async function followLogs(
  source: ContainerLogs,
  list: () => Promise<readonly LoggedContainer[]>,
  selection: LogSelection,
  { clock, signal, isThere, onLine, onProblem }: FollowOptions,
): Promise<void> {
  const begun = new Set<string>()
  const open = new Set<string>()
  const problems = new Set<string>()
  const tell = (text: string) => {
    if (!problems.has(text) && !signal.aborted) onProblem(text)
    problems.add(text)
  }
  const follow = async (container: LoggedContainer, which: LogSelection) => {
    try {
      await source.read(container, { ...which, isFollowing: true }, (line) => onLine(container, line), {
        signal,
      })
    } catch (error) {
      tell(describeLogProblem(container, error))
    } finally {
      open.delete(container.run)
    }
  }
  for (let look = 0; !signal.aborted; look++) {
    const containers = await list().catch((error: unknown) => {
      // An engine or a server may be away for a moment.
      tell(reasonOf(error))
      return undefined
    })
    for (const container of containers ?? []) {
      const { run, state } = container
      if (begun.has(run) || (state === 'waiting' && container.startedAt === undefined)) continue
      begun.add(run)
      open.add(run)
      // What comes later is new as a whole.
      void follow(container, look === 0 ? selection : {})
    }
    if (open.size === 0 && (haveEnded(containers ?? []) || !isThere())) return
    await clock.sleep(pauseMs, signal).catch(() => {})
  }
}

/** Whether there were containers, and none of them is going to print anything any more. */
function haveEnded(containers: readonly LoggedContainer[]): boolean {
  return containers.length > 0 && containers.every(({ state }) => state === 'ended')
}
