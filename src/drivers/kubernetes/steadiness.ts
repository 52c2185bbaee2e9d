import type { Clock } from '../../util/clock.ts'
import { type Pod, uidOf } from './live-objects.ts'

/** A container that counts as ready for no other reason than that it was started. */
export interface StartedContainer {
  /** Another one after each restart. */
  readonly id: string
  /** `web-1/app`. */
  readonly label: string
  readonly startedMs: number
  readonly restarts: number
}

/** Kubelets look at their containers once a second: a crash at the start is told that much later than the start. */
const steadyMs = 1_500
/**
 * A kubelet that was late to tell of the start, since it has much to do, will be as late to tell of a crash: then the
 * time between the two is the same. This much later it may be than it was, since it may have even more to do by then.
 */
const longestLagMs = 1_000
/** What has crashed before is restarted at longer and longer intervals, and looks well in between. */
const steadyAfterCrashMs = 10_000

/** The running containers that have no readiness probe, and so have not shown yet that they work. */
export function startedContainers(pods: readonly Pod[]): readonly StartedContainer[] {
  return pods.flatMap((pod) => {
    const probed = new Set(
      (pod.spec?.containers ?? []).flatMap(({ name, readinessProbe }) =>
        readinessProbe === undefined ? [] : name,
      ),
    )
    return (pod.status?.containerStatuses ?? [])
      .filter(({ name, state }) => !probed.has(name) && state?.running !== undefined)
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
  readonly #untilById = new Map<string, number>()
  #nextMs = 0

  constructor(clock: Clock) {
    this.#clock = clock
    this.#beginMs = clock.epochMs()
  }

  /** The first of these that has not been up for long enough; all of them are watched from now on. */
  firstUnsteady(containers: readonly StartedContainer[]): StartedContainer | undefined {
    const nowMs = this.#clock.now()
    const open = containers
      .filter(({ startedMs }) => startedMs >= this.#beginMs)
      .map((container) => ({ container, untilMs: this.#untilMs(container, nowMs) }))
      .filter(({ untilMs }) => untilMs > nowMs)
    for (const { untilMs } of open) {
      if (this.#nextMs <= nowMs || untilMs < this.#nextMs) this.#nextMs = untilMs
    }
    return open[0]?.container
  }

  #untilMs({ id, restarts, startedMs }: StartedContainer, nowMs: number): number {
    const known = this.#untilById.get(id)
    if (known !== undefined) return known
    const lagMs = Math.min(Math.max(this.#clock.epochMs() - startedMs, 0), longestLagMs)
    const untilMs = nowMs + (restarts === 0 ? steadyMs + lagMs : steadyAfterCrashMs)
    this.#untilById.set(id, untilMs)
    return untilMs
  }

  /** Until one that was not steady may be, milliseconds; nothing when there is none. */
  untilNextMs(): number | undefined {
    const leftMs = this.#nextMs - this.#clock.now()
    return leftMs > 0 ? leftMs : undefined
  }
}
