import { measuredPath } from '../engine/measured-path.ts'
import type { Outcome } from '../engine/outcome.ts'
import type { RunRecord } from '../engine/records.ts'
import { coveredMs, gapsOf, type Interval } from '../util/intervals.ts'

/** Where the time of a run went. All times are milliseconds since its start. */
export interface RunTiming {
  /** From the start of the run to its end, or to the last that is known of it. */
  readonly wallMs: number
  /** In the order of the plan. */
  readonly phases: readonly PhaseTiming[]
  /** Those that started first, by their start; then the others, in the order of the plan. */
  readonly tasks: readonly TaskTiming[]
  readonly path: PathTiming
  /** How long no task was running, teardown included. */
  readonly idleMs: number
  /** How long the cluster was there and had nothing to do (C1); absent where nodes need no images. */
  readonly clusterIdleMs?: number
  /** When that was. */
  readonly clusterIdle?: readonly Interval[]
  /** How long of that at a stretch, at most. */
  readonly clusterIdleStretchMs?: number
  /** How long the teardown took; 0 when there was none. */
  readonly teardownMs: number
}

export interface PhaseTiming {
  readonly phase: string
  /** From the first start to the last end of its tasks; absent when none started. */
  readonly interval?: Interval
  readonly tasks: readonly TaskTiming[]
}

export interface TaskTiming {
  readonly id: string
  readonly phase: string
  /** `unfinished`: the run ended, by a kill, before the task did; or before it started. */
  readonly outcome: Outcome | 'unfinished'
  readonly attempts: number
  /** Absent when it never started. */
  readonly interval?: Interval
}

/** The critical path of the measured durations: with any number of slots the same work takes as long. */
export interface PathTiming {
  readonly steps: readonly PathStep[]
  /** The sum of the steps' durations. */
  readonly busyMs: number
  /** How long the steps waited in all, although what they needed on the path was done. */
  readonly waitedMs: number
  /** From the end of the last step to the end of the run. */
  readonly afterMs: number
}

export interface PathStep extends Interval {
  readonly id: string
  /** From the end of the step before it, or the start of the run, to its own start. */
  readonly waitedMs: number
}

/** Works out from a run's record where its time went. */
export function timingOf(record: RunRecord): RunTiming {
  const wallMs = record.finished?.durationMs ?? record.lastMs
  const planned = record.plan?.tasks ?? []
  const tasks = planned.map((task): TaskTiming => {
    const ended = record.tasks.get(task.id)
    const open = record.open.get(task.id)
    const startMs = ended?.startMs ?? open?.startMs
    return {
      id: task.id,
      phase: task.phase,
      outcome: ended?.outcome ?? 'unfinished',
      attempts: (ended ?? open)?.attempts ?? 0,
      ...(startMs !== undefined && { interval: { startMs, endMs: ended?.endMs ?? wallMs } }),
    }
  })
  return {
    wallMs,
    phases: phasesOf(tasks),
    tasks: tasks.toSorted((a, b) => startOf(a) - startOf(b)),
    path: pathOf(record, wallMs),
    idleMs: wallMs - coveredMs(tasks.flatMap(({ interval }) => interval ?? [])),
    ...clusterIdle(tasks, new Map(planned.map(({ id, kind }) => [id, kind]))),
    teardownMs: record.teardown ? (record.teardown.endMs ?? wallMs) - record.teardown.startMs : 0,
  }
}

/** The length of an interval, 0 for none. */
export function lengthOf(interval: Interval | undefined): number {
  return interval ? interval.endMs - interval.startMs : 0
}

// Not infinite: the difference of two infinities is no number, and sorts nothing.
function startOf({ interval }: TaskTiming): number {
  return interval?.startMs ?? Number.MAX_VALUE
}

function phasesOf(tasks: readonly TaskTiming[]): PhaseTiming[] {
  const byPhase = new Map<string, TaskTiming[]>()
  for (const task of tasks) {
    const members = byPhase.get(task.phase)
    if (members) members.push(task)
    else byPhase.set(task.phase, [task])
  }
  return [...byPhase].map(([phase, members]) => {
    const intervals = members.flatMap(({ interval }) => interval ?? [])
    if (intervals.length === 0) return { phase, tasks: members }
    const startMs = Math.min(...intervals.map((interval) => interval.startMs))
    const endMs = Math.max(...intervals.map((interval) => interval.endMs))
    return { phase, tasks: members, interval: { startMs, endMs } }
  })
}

function pathOf(record: RunRecord, wallMs: number): PathTiming {
  let lastEndMs = 0
  const steps = measuredPath(record.plan?.tasks ?? [], record.tasks).path.flatMap(({ id }) => {
    const task = record.tasks.get(id)
    if (task?.startMs === undefined) return []
    const step: PathStep = {
      id,
      startMs: task.startMs,
      endMs: task.endMs,
      waitedMs: task.startMs - lastEndMs,
    }
    lastEndMs = task.endMs
    return [step]
  })
  return {
    steps,
    busyMs: steps.reduce((sum, step) => sum + lengthOf(step), 0),
    waitedMs: steps.reduce((sum, { waitedMs }) => sum + waitedMs, 0),
    afterMs: wallMs - lastEndMs,
  }
}

/** Between the moment the cluster is there and the last of what it does: whatever no task of it covers. */
function clusterIdle(
  tasks: readonly TaskTiming[],
  kinds: ReadonlyMap<string, string>,
): Pick<RunTiming, 'clusterIdleMs' | 'clusterIdle' | 'clusterIdleStretchMs'> {
  const intervalsOf = (...wanted: readonly string[]) =>
    tasks.flatMap(({ id, interval }) => (wanted.includes(kinds.get(id) ?? '') ? (interval ?? []) : []))
  const [cluster] = intervalsOf('cluster')
  if (cluster === undefined || intervalsOf('load').length === 0) return {}
  const gaps = gapsOf(cluster.endMs, intervalsOf('load', 'dns', 'deploy', 'ready', 'run', 'test'))
  return {
    clusterIdleMs: gaps.reduce((sum, gap) => sum + lengthOf(gap), 0),
    clusterIdle: gaps,
    clusterIdleStretchMs: Math.max(0, ...gaps.map(lengthOf)),
  }
}
