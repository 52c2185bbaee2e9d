import type { RunRecord } from '../../engine/records.ts'
import { simulate } from '../../engine/simulate.ts'
import type { StrategyName } from '../../plan/plan.ts'
import { timingOf } from '../../reporters/timing.ts'
import type { Interval } from '../../util/intervals.ts'
import type { BenchState } from './states.ts'

/** One run of a benchmark. All times are milliseconds. */
export interface Measurement {
  readonly state: BenchState
  readonly strategy: StrategyName
  /** From 1. */
  readonly round: number
  /** From the start of the run until everything is ready. */
  readonly totalMs: number
  /** Since the start of the run, by the phase's name; phases without a task that ran are absent. */
  readonly phases: Readonly<Record<string, Interval>>
  /** How long the cluster was there with nothing to do; absent where nodes need no images. */
  readonly clusterIdleMs?: number
  /** The critical path of the measured durations: no schedule of the same work is faster. */
  readonly lowerBoundMs: number
  /** What the total was predicted to be before the run began, by earlier runs and, where there are none, estimates. */
  readonly predictedMs?: number
  /** What the simulation makes of the measured durations: how well it stands for a real run. */
  readonly simulatedMs: number
  /** The tasks of the critical path. */
  readonly path: readonly string[]
  /** Tasks that found their work done. */
  readonly reused: readonly string[]
}

/** What a run's record says. */
export async function measurementOf(
  record: RunRecord,
  of: Pick<Measurement, 'state' | 'strategy' | 'round'>,
): Promise<Measurement> {
  const { wallMs, phases, tasks, path, clusterIdleMs } = timingOf(record)
  const intervals = phases.flatMap(({ phase, interval }) =>
    interval === undefined ? [] : [[phase, interval] as const],
  )
  return {
    ...of,
    totalMs: wallMs,
    phases: Object.fromEntries(intervals),
    ...(clusterIdleMs === undefined ? {} : { clusterIdleMs }),
    lowerBoundMs: path.busyMs,
    ...(record.plan?.prediction === undefined ? {} : { predictedMs: record.plan.prediction.totalMs }),
    simulatedMs: await simulatedMs(record),
    path: path.steps.map(({ id }) => id),
    reused: tasks.flatMap(({ id, outcome }) => (outcome === 'reused' ? [id] : [])),
  }
}

/** The same tasks in the same slots, each as long as it was. */
async function simulatedMs({ plan, tasks }: RunRecord): Promise<number> {
  if (plan === undefined) return 0
  const measured = plan.tasks.map((task) => {
    const { startMs, endMs = 0 } = tasks.get(task.id) ?? {}
    return { ...task, expectedMs: startMs === undefined ? 0 : endMs - startMs }
  })
  return (await simulate(measured, plan.capacity)).totalMs
}
