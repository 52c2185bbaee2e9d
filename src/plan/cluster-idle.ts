import { gapsMs, type Interval } from '../util/intervals.ts'
import type { PlannedTask } from './plan.ts'

/** What a cluster is there for. */
const clusterWork: ReadonlySet<PlannedTask['kind']> = new Set([
  'load',
  'dns',
  'deploy',
  'ready',
  'run',
  'test',
])

/**
 * How long the cluster is there and has nothing to do, up to the last of its work (C1), stretch by stretch, given when
 * each task runs; `undefined` where nodes need no images.
 */
export function clusterIdle(
  tasks: readonly PlannedTask[],
  times: ReadonlyMap<string, Interval>,
): readonly number[] | undefined {
  const timesOf = (isWanted: (task: PlannedTask) => boolean) =>
    tasks.flatMap((task) => (isWanted(task) ? (times.get(task.id) ?? []) : []))
  const [cluster] = timesOf(({ kind }) => kind === 'cluster')
  if (cluster === undefined || !tasks.some(({ kind }) => kind === 'load')) return undefined
  return gapsMs(
    cluster.endMs,
    timesOf(({ kind }) => clusterWork.has(kind)),
  )
}
