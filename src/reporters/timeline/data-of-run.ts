import type { TaskFailure } from '../../engine/events.ts'
import { replay } from '../../engine/records.ts'
import type { Interval } from '../../util/intervals.ts'
import { compareRuns, nameOf } from '../comparison.ts'
import { describeRun } from '../comparison-table.ts'
import type { FormatOptions } from '../format.ts'
import { printable } from '../printable.ts'
import type { RunDetails } from '../run-details.ts'
import { type TaskTiming, timingOf } from '../timing.ts'
import type { Stretch, TimelineData, TimelineFailure, TimelineMachine, TimelineTask } from './data.ts'

/** More instructions, or a longer one, nobody can see. */
const mostParts = 100
const mostPartLength = 300
const mostDetailLength = 4_000
/** Each has a colour of its own; all others share one. */
const colouredPhases = ['build', 'cluster', 'load', 'deploy', 'test']
/** A curve has no more points than a screen. */
const mostSamples = 600

/** Works out what the page of a run shows. */
export function timelineData(
  { record, parts, samples }: RunDetails,
  { compareWith }: Pick<FormatOptions, 'compareWith'> = {},
): TimelineData {
  const { started, plan, finished, teardown } = record
  const timing = timingOf(record)
  const { wallMs, path, clusterIdle = [] } = timing
  const comparison = compareWith === undefined ? undefined : compareRuns(replay(compareWith), record)
  const before = new Map(comparison?.tasks.map(({ name, beforeMs }) => [name, beforeMs]))
  const planned = new Map(plan?.tasks.map((task) => [task.id, task]))
  const critical = new Set(path.steps.map(({ id }) => id))
  const ordered = timing.phases.flatMap(({ tasks }, phase) => {
    return tasks.toSorted((a, b) => startOf(a) - startOf(b)).map((task) => ({ ...task, phase }))
  })
  const places = new Map(ordered.map(({ id }, index) => [id, index]))
  const placeOf = (id: string) => places.get(id) ?? []
  const tasks = ordered.map(({ id, phase, outcome, attempts, interval }): TimelineTask => {
    const { kind = '', needs = [], expectedMs = 0, isEstimate = false } = planned.get(id) ?? {}
    const failure = record.tasks.get(id)?.failure
    const beforeMs = before.get(id)
    return {
      ...{ id, kind, phase, outcome, attempts },
      colour: colourOf(timing.phases[phase]?.phase ?? ''),
      ...(interval === undefined ? {} : { time: stretchOf(interval) }),
      readyMs: Math.max(0, ...needs.map((need) => record.tasks.get(need)?.endMs ?? 0)),
      ...(expectedMs > 0 && !isEstimate ? { expectedMs: Math.round(expectedMs) } : {}),
      needs: needs.flatMap(placeOf),
      isCritical: critical.has(id),
      parts: (parts.get(id) ?? []).slice(0, mostParts).map(({ text, at, durationMs }) => ({
        text: cut(printable(text).replaceAll(/\s+/g, ' '), mostPartLength),
        time: [Math.max(interval?.startMs ?? 0, at - durationMs), at],
      })),
      ...(failure === undefined ? {} : { failure: failureOf(failure) }),
      ...(beforeMs === undefined ? {} : { beforeMs }),
    }
  })
  return {
    title: [started?.command, started?.environment].filter(Boolean).join(' ') || 'run',
    run: nameOf(record).run,
    strategy: nameOf(record).strategy,
    startedAt: nameOf(record).startedAt,
    outcome: finished?.outcome ?? 'unfinished',
    wallMs,
    phases: timing.phases.map(({ phase: name, interval }) => ({
      name,
      colour: colourOf(name),
      ...(interval === undefined ? {} : { time: stretchOf(interval) }),
    })),
    tasks,
    path: {
      ...{ busyMs: path.busyMs, waitedMs: path.waitedMs, afterMs: path.afterMs },
      steps: path.steps.flatMap(({ id, waitedMs }) =>
        [placeOf(id)].flat().map((task) => ({ task, waitedMs })),
      ),
    },
    clusterIdle: clusterIdle.map(stretchOf),
    ...(teardown === undefined ? {} : { teardown: [teardown.startMs, teardown.endMs ?? wallMs] as const }),
    ...machineOf(samples),
    savings: (finished?.savings ?? []).flatMap(({ task, ...saving }) =>
      [placeOf(task)].flat().map((place) => ({ ...saving, what: printable(saving.what), task: place })),
    ),
    notes: record.notes.map(({ text }) => printable(text)),
    ...(comparison === undefined
      ? {}
      : {
          comparison: {
            title: describeRun(comparison.before),
            startedAt: comparison.before.startedAt,
            changes: [comparison.total, ...comparison.phases],
          },
        }),
  }
}

function startOf({ interval }: TaskTiming): number {
  return interval?.startMs ?? Number.MAX_VALUE
}

function colourOf(phase: string): number {
  const place = colouredPhases.indexOf(phase)
  return place < 0 ? colouredPhases.length : place
}

function stretchOf({ startMs, endMs }: Interval): Stretch {
  return [startMs, endMs]
}

function cut(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 1)}…`
}

function failureOf({ message, code, where, detail, hint }: TaskFailure): TimelineFailure {
  const lines = (text: string) => text.split('\n').map(printable).join('\n')
  return {
    message: lines(message),
    code,
    ...(where === undefined ? {} : { where: printable(where) }),
    // The end of what a tool says is nearest to why.
    ...(detail === undefined ? {} : { detail: lines(detail.slice(-mostDetailLength)) }),
    ...(hint === undefined ? {} : { hint: lines(hint) }),
  }
}

/** The curves, thinned by taking the highest of neighbours: what matters are the peaks. */
function machineOf(samples: RunDetails['samples']): { machine?: TimelineMachine } {
  const last = samples.at(-1)
  if (last === undefined) return {}
  const step = Math.ceil(samples.length / mostSamples)
  const thinned: TimelineMachine['samples'][number][] = []
  for (let index = 0; index < samples.length; index += step) {
    const group = samples.slice(index, index + step)
    thinned.push([
      group.at(-1)?.at ?? 0,
      Math.max(...group.map(({ cpu }) => cpu)),
      Math.max(...group.map(({ memoryBytes }) => memoryBytes)),
    ])
  }
  return { machine: { memoryTotalBytes: last.memoryTotalBytes, samples: thinned } }
}
