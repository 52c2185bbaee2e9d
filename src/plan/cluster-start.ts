import { type Simulation, simulate } from '../engine/simulate.ts'
import type { Lag } from '../engine/task.ts'
import { clusterIdle } from './cluster-idle.ts'
import type { Plan, PlannedTask } from './plan.ts'

/** How long a cluster may have nothing to do, at a stretch, before that is avoided (C1), milliseconds. */
const mostIdleMs = 60_000
/** Less is not worth waiting for. */
const leastDelayMs = 1_000
/** What is ready some seconds early idles for these; what is late makes everything late: one start is not like another. */
const margin = 1.25
/** Each look at another start is a simulation. */
const mostLooks = 8

/**
 * A pipelined plan with the start of its cluster put off, where that is worth it: by what is known of earlier runs, the
 * cluster is ready when the first image is, and later if it would then be idle for more than a minute at a stretch; where
 * images or cluster have no history, it is started at once, or, if even by estimates it would then be idle for so long,
 * so that it is ready when the last image is. Other plans come back as they are.
 *
 * What is put off is not bound to a time but to the images that are being made at that time: a lag behind the start of
 * each. So the cluster starts earlier when those are done earlier, at once when all of them are reused, and later when
 * what they are built on takes longer than expected.
 */
export async function startClusterInTime<P extends Plan>(plan: P): Promise<P> {
  const cluster = plan.tasks.find(({ kind }) => kind === 'cluster')
  const loaded = new Set(plan.tasks.flatMap(({ kind, needs }) => (kind === 'load' ? needs : [])))
  if (plan.strategy !== 'pipelined' || cluster === undefined || loaded.size === 0) return plan
  const images = plan.tasks.filter(isImageTask)
  const isKnown = [cluster, ...images].every(({ isEstimate }) => isEstimate !== true)

  let simulation = await simulate(plan.tasks, plan.capacity)
  const endOf = (id: string) => simulation.tasks.get(id)?.endMs ?? 0
  const ends = images.filter(({ id }) => loaded.has(id)).map(({ id }) => endOf(id))
  const lastMs = Math.max(0, ...ends)
  const leadMs = margin * startMsOf(plan.tasks)
  const inTimeForMs = (endMs: number) => Math.max(0, endMs - leadMs)
  if (!isKnown) {
    const isBusy = longestIdleMs(plan, simulation) <= mostIdleMs
    return isBusy ? plan : putOff(plan, cluster.id, lagsAt(inTimeForMs(lastMs), images, simulation))
  }

  let startMs = inTimeForMs(Math.min(...ends))
  for (let look = 0; look < mostLooks && startMs < lastMs; look++) {
    const delayed = putOff(plan, cluster.id, lagsAt(startMs, images, simulation))
    simulation = await simulate(delayed.tasks, plan.capacity)
    const tooLongMs = longestIdleMs(plan, simulation) - mostIdleMs
    if (tooLongMs <= 0) return delayed
    // To start so much later cannot be too late: a stretch becomes shorter by no more than the start is later.
    startMs += tooLongMs
  }
  return putOff(plan, cluster.id, lagsAt(lastMs, images, simulation))
}

/** What the start of a cluster takes until names are answered for: before that, what is loaded cannot be applied. */
function startMsOf(tasks: readonly PlannedTask[]): number {
  return tasks.reduce(
    (sum, { kind, expectedMs }) => sum + (kind === 'cluster' || kind === 'dns' ? expectedMs : 0),
    0,
  )
}

function longestIdleMs({ tasks }: Plan, simulation: Simulation): number {
  return Math.max(0, ...(clusterIdle(tasks, simulation.tasks) ?? []))
}

function isImageTask({ kind }: PlannedTask): boolean {
  return kind === 'pull' || kind === 'build' || kind === 'manifest'
}

/** The moment `atMs` of a simulated run, told by the images that are being made then, or by those made last before. */
function lagsAt(atMs: number, images: readonly PlannedTask[], { tasks }: Simulation): readonly Lag[] {
  if (atMs < leastDelayMs) return []
  const times = images.flatMap(({ id }) => {
    const time = tasks.get(id)
    return time === undefined ? [] : [{ id, ...time }]
  })
  const underway = times.filter(({ startMs, endMs }) => startMs <= atMs && atMs < endMs)
  const lastMs = Math.max(...times.map(({ endMs }) => endMs))
  const leaders = underway.length > 0 ? underway : times.filter(({ endMs }) => endMs === lastMs)
  return leaders.map(({ id, startMs }) => ({ task: id, ms: Math.max(0, Math.round(atMs - startMs)) }))
}

function putOff<P extends Plan>(plan: P, cluster: string, after: readonly Lag[]): P {
  if (after.length === 0) return plan
  return { ...plan, tasks: plan.tasks.map((task) => (task.id === cluster ? { ...task, after } : task)) }
}
