import type { RunEvent } from '../../engine/events.ts'
import type { Interval } from '../../util/intervals.ts'
import { detailsOf } from '../run-details.ts'
import { type TaskTiming, timingOf } from '../timing.ts'

/** An event of the Trace Event Format; `ts` and `dur` are microseconds. */
interface TraceEvent {
  readonly name: string
  readonly ph: 'X' | 'M' | 'C' | 'i'
  readonly pid: number
  readonly tid: number
  readonly ts?: number
  readonly dur?: number
  readonly cat?: string
  readonly s?: 'g'
  readonly args?: Readonly<Record<string, unknown>>
}

/** What belongs to no phase: the run, the idle cluster, the machine. */
const runPid = 1

/**
 * A run for ui.perfetto.dev and chrome://tracing: a process for each phase, with as many lanes as it had tasks at once,
 * instructions of builds below their task, and the machine as counters.
 */
export function chromeTrace(events: Iterable<RunEvent>): string {
  const details = detailsOf(events)
  const { record, parts, retries, samples } = details
  const { wallMs, phases, path, clusterIdle = [] } = timingOf(record)
  const planned = new Map(record.plan?.tasks.map((task) => [task.id, task]))
  const critical = new Set(path.steps.map(({ id }) => id))
  const title = [record.started?.command, record.started?.environment].filter(Boolean).join(' ')
  const trace: TraceEvent[] = [
    named('process_name', runPid, 0, 'kindling'),
    span(title || 'run', runPid, 0, { startMs: 0, endMs: wallMs }, { run: record.started?.run ?? '' }),
    ...clusterIdle.map((idle) => span('cluster idle', runPid, 1, idle)),
    ...retries.map(({ task, at, reason }): TraceEvent => {
      return {
        name: `${task} is tried again`,
        ph: 'i',
        s: 'g',
        pid: runPid,
        tid: 0,
        ts: at * 1000,
        args: { reason },
      }
    }),
  ]
  for (const [index, { phase, tasks }] of phases.entries()) {
    const pid = runPid + 1 + index
    trace.push(named('process_name', pid, 0, phase))
    for (const [tid, lane] of lanesOf(tasks).entries()) {
      trace.push(named('thread_name', pid, tid, `${phase} ${tid + 1}`))
      for (const { id, interval, outcome, attempts } of lane) {
        const failure = record.tasks.get(id)?.failure
        const args = {
          ...{ outcome, attempts, needs: planned.get(id)?.needs ?? [], isOnCriticalPath: critical.has(id) },
          ...(failure === undefined ? {} : { failure: `${failure.message} (${failure.code})` }),
        }
        trace.push(span(id, pid, tid, interval, args))
        for (const { text, at, durationMs } of parts.get(id) ?? []) {
          const startMs = Math.max(interval.startMs, at - durationMs)
          trace.push(span(text, pid, tid, { startMs, endMs: at }))
        }
      }
    }
  }
  for (const { at, cpu, memoryBytes } of samples) {
    const counter = { ph: 'C', pid: runPid, tid: 0, ts: at * 1000 } as const
    trace.push({ ...counter, name: 'CPU', args: { percent: Math.round(100 * cpu) } })
    trace.push({ ...counter, name: 'memory', args: { MiB: Math.round(memoryBytes / 2 ** 20) } })
  }
  return `${JSON.stringify({ displayTimeUnit: 'ms', traceEvents: trace })}\n`
}

type StartedTask = TaskTiming & { readonly interval: Interval }

/** Tasks in lanes, so that none overlap in one: each goes into the first that is free when it starts. */
function lanesOf(tasks: readonly TaskTiming[]): StartedTask[][] {
  const started = tasks.flatMap(({ interval, ...task }) => (interval ? [{ ...task, interval }] : []))
  const lanes: StartedTask[][] = []
  for (const task of started.sort((a, b) => a.interval.startMs - b.interval.startMs)) {
    const free = lanes.find((lane) => (lane.at(-1)?.interval.endMs ?? 0) <= task.interval.startMs)
    if (free) free.push(task)
    else lanes.push([task])
  }
  return lanes
}

function span(
  name: string,
  pid: number,
  tid: number,
  { startMs, endMs }: Interval,
  args: Readonly<Record<string, unknown>> = {},
): TraceEvent {
  return { name, cat: 'kindling', ph: 'X', pid, tid, ts: startMs * 1000, dur: (endMs - startMs) * 1000, args }
}

function named(name: 'process_name' | 'thread_name', pid: number, tid: number, text: string): TraceEvent {
  return { name, ph: 'M', pid, tid, args: { name: text } }
}
