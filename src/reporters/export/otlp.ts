import type { RunEvent } from '../../engine/events.ts'
import { isSuccess } from '../../engine/outcome.ts'
import type { RunRecord } from '../../engine/records.ts'
import { spanIdOf, type TraceContext, traceOf } from '../../util/trace-context.ts'
import { detailsOf, type RunDetails } from '../run-details.ts'
import { type TaskTiming, timingOf } from '../timing.ts'

interface Attribute {
  readonly key: string
  readonly value:
    | { readonly stringValue: string }
    | { readonly intValue: string }
    | { readonly boolValue: boolean }
}

/** A span as OTLP/JSON has it: ids in hex, times as nanoseconds since the epoch in decimal digits. */
interface Span {
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId?: string
  readonly name: string
  /** Internal. */
  readonly kind: 1
  readonly startTimeUnixNano: string
  readonly endTimeUnixNano: string
  readonly attributes: readonly Attribute[]
  readonly events?: readonly { timeUnixNano: string; name: string; attributes: readonly Attribute[] }[]
  readonly links?: readonly { traceId: string; spanId: string }[]
  /** 1 is good, 2 an error. */
  readonly status: { readonly code: 1 | 2; readonly message?: string }
}

/** A run as a trace, of the service `kindling`. */
export function otlpReport(events: Iterable<RunEvent>): string {
  return otlpTrace(events, 'kindling')
}

/**
 * A run as a trace in OTLP/JSON: a span for the run, below it one for each task that started, linked with those it
 * needs, and below a build one for each instruction. `service` is the name of the resource.
 */
export function otlpTrace(events: Iterable<RunEvent>, service: string): string {
  const details = detailsOf(events)
  const { started } = details.record
  if (started === undefined) return `${JSON.stringify({ resourceSpans: [] })}\n`
  const trace = traceOf(started.run, started.traceparent)
  const { wallMs, tasks } = timingOf(details.record)
  const taskSpan = spansOf(details, trace, started.startedAt)
  const spans = [
    runSpan(details.record, trace, nanoseconds(started.startedAt, 0), nanoseconds(started.startedAt, wallMs)),
    ...tasks.flatMap(taskSpan),
  ]
  const resource = { attributes: attributesOf({ 'service.name': service }) }
  const content = { resourceSpans: [{ resource, scopeSpans: [{ scope: { name: 'kindling' }, spans }] }] }
  return `${JSON.stringify(content)}\n`
}

function runSpan(
  { started, plan, finished }: RunRecord,
  { traceId, spanId, parentSpanId }: TraceContext,
  startTimeUnixNano: string,
  endTimeUnixNano: string,
): Span {
  const outcome = finished?.outcome ?? 'unfinished'
  return {
    ...{ traceId, spanId, ...(parentSpanId === undefined ? {} : { parentSpanId }) },
    name: ['kindling', started?.command, started?.environment].filter(Boolean).join(' '),
    ...{ kind: 1, startTimeUnixNano, endTimeUnixNano },
    attributes: attributesOf({
      'kindling.run': started?.run ?? '',
      'kindling.command': started?.command ?? '',
      'kindling.environment': started?.environment ?? '',
      'kindling.strategy': plan?.strategy ?? '',
      'kindling.outcome': outcome,
    }),
    status: outcome === 'succeeded' ? { code: 1 } : { code: 2, message: outcome },
  }
}

/** Makes the spans of a task: its own, and those of its parts. */
function spansOf(
  { record, parts, retries }: RunDetails,
  { traceId, spanId: runSpanId }: TraceContext,
  startedAt: number,
): (task: TaskTiming) => Span[] {
  const run = record.started?.run ?? ''
  const planned = new Map(record.plan?.tasks.map((task) => [task.id, task]))
  return ({ id, phase, outcome, attempts, interval }) => {
    if (interval === undefined) return []
    const spanId = spanIdOf(run, id)
    const { kind = '', needs = [] } = planned.get(id) ?? {}
    const failure = record.tasks.get(id)?.failure
    const isGood = outcome !== 'unfinished' && isSuccess(outcome)
    const tries = retries.filter(({ task }) => task === id)
    const task: Span = {
      ...{ traceId, spanId, parentSpanId: runSpanId, name: id, kind: 1 },
      startTimeUnixNano: nanoseconds(startedAt, interval.startMs),
      endTimeUnixNano: nanoseconds(startedAt, interval.endMs),
      attributes: attributesOf({
        'kindling.task.kind': kind,
        'kindling.task.phase': phase,
        'kindling.task.outcome': outcome,
        'kindling.task.attempts': attempts,
        ...(failure === undefined ? {} : { 'error.type': failure.code }),
      }),
      ...(tries.length === 0
        ? {}
        : {
            events: tries.map(({ at, reason }) => ({
              timeUnixNano: nanoseconds(startedAt, at),
              name: 'retry',
              attributes: attributesOf({ reason }),
            })),
          }),
      ...(needs.length === 0
        ? {}
        : { links: needs.map((need) => ({ traceId, spanId: spanIdOf(run, need) })) }),
      status: isGood ? { code: 1 } : { code: 2, message: failure?.message ?? outcome },
    }
    const below = (parts.get(id) ?? []).map(({ text, at, durationMs }, index): Span => {
      const times = [Math.max(interval.startMs, at - durationMs), at] as const
      return {
        ...{ traceId, spanId: spanIdOf(run, id, `${index}`), parentSpanId: spanId, name: text, kind: 1 },
        startTimeUnixNano: nanoseconds(startedAt, times[0]),
        endTimeUnixNano: nanoseconds(startedAt, times[1]),
        attributes: [],
        status: { code: 1 },
      }
    })
    return [task, ...below]
  }
}

/** More digits than a number keeps. */
function nanoseconds(startedAt: number, ms: number): string {
  return `${BigInt(Math.round(startedAt + ms)) * 1_000_000n}`
}

function attributesOf(values: Readonly<Record<string, string | number | boolean>>): Attribute[] {
  return Object.entries(values).map(([key, value]) => {
    switch (typeof value) {
      case 'number':
        return { key, value: { intValue: `${value}` } }
      case 'boolean':
        return { key, value: { boolValue: value } }
      default:
        return { key, value: { stringValue: value } }
    }
  })
}
