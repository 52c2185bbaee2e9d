import type { Clock } from '../../util/clock.ts'
import { isReadyPod, type Pod, uidOf } from './live-objects.ts'

/** A container that counts as ready for no other reason than that it was started. */
export interface StartedContainer {
  /** Another one after each restart. */
  readonly id: string
  /** `web-1/app`. */
  readonly label: string
  readonly startedMs: number
  readonly restarts: number
}

/** A crash at the start is seen that much later, since kubelets tell what happens a moment after it has. */
const steadyMs = 2_000
/** What has crashed before is restarted at longer and longer intervals, and looks well in between. */
const steadyAfterCrashMs = 10_000

/** The containers of ready pods that have no readiness probe, and so have not shown yet that they work. */
export function startedContainers(pods: readonly Pod[]): readonly StartedContainer[] {
  return pods.flatMap((pod) => {
    const probed = new Set(
      (pod.spec?.containers ?? []).flatMap(({ name, readinessProbe }) =>
        readinessProbe === undefined ? [] : name,
      ),
    )
    return (pod.status?.containerStatuses ?? [])
      .filter(({ name }) => !probed.has(name) || !isReadyPod(pod))
      .map(({ name, restartCount = 0, state }) => ({
        id: `${uidOf(pod)} ${name} ${restartCount}`,
        label: `${pod.metadata.name}/${name}`,
        startedMs: Date.parse(state?.running?.startedAt ?? '') || Number.POSITIVE_INFINITY,
        restarts: restartCount,
      }))
  })
}

/** Tells containers that stay up from those that are about to crash. */
export class SteadinessKeeper {
  readonly #clock: Clock
  /** What was up before this run has shown that it stays so. */
  readonly #beginMs: number
  readonly #seenMs = new Map<string, number>()
  #nextMs = 0

  constructor(clock: Clock) {
    this.#clock = clock
    this.#beginMs = clock.epochMs()
  }

  /** The first of these that has not been up for long enough. */
  firstUnsteady(containers: readonly StartedContainer[]): StartedContainer | undefined {
    const nowMs = this.#clock.now()
    return containers.find(({ id, startedMs, restarts }) => {
      if (startedMs < this.#beginMs) return false
      const seenMs = this.#seenMs.get(id) ?? nowMs
      this.#seenMs.set(id, seenMs)
      const untilMs = seenMs + (restarts === 0 ? steadyMs : steadyAfterCrashMs)
      if (untilMs > nowMs && (this.#nextMs <= nowMs || untilMs < this.#nextMs)) this.#nextMs = untilMs
      return untilMs > nowMs
    })
  }

  /** Until one that was not steady may be, milliseconds; nothing when there is none. */
  untilNextMs(): number | undefined {
    const leftMs = this.#nextMs - this.#clock.now()
    return leftMs > 0 ? leftMs : undefined
  }
}
