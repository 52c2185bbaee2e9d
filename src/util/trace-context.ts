import { createHash } from 'node:crypto'

/** Where a run stands in a trace, by the ids of W3C Trace Context: 16 and 8 bytes in hex. */
export interface TraceContext {
  readonly traceId: string
  /** The span of the run itself. */
  readonly spanId: string
  /** The span that has started it, if one has. */
  readonly parentSpanId?: string
}

const pattern = /^[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-[0-9a-f]{2}$/

/** Whether a text is a `traceparent` that can be taken over; what is none has to be ignored. */
export function isTraceparent(text: string | undefined): text is string {
  return text !== undefined && pattern.test(text) && !text.startsWith('ff')
}

/**
 * The trace of a run, which follows from its id and from what it was started by: so it is known before the run has begun,
 * and the same when a report is made again.
 */
export function traceOf(run: string, traceparent: string | undefined): TraceContext {
  const [, traceId, parentSpanId] = isTraceparent(traceparent) ? (pattern.exec(traceparent) ?? []) : []
  return {
    traceId: traceId ?? hexOf(`trace ${run}`, 16),
    spanId: hexOf(`run ${run}`, 8),
    ...(parentSpanId === undefined ? {} : { parentSpanId }),
  }
}

/** The span of a task, or of a part of it, told apart by the names on the way to it. */
export function spanIdOf(run: string, ...path: readonly string[]): string {
  return hexOf(`span ${JSON.stringify([run, ...path])}`, 8)
}

/** What a program is told that is started on behalf of a span. */
export function traceparentOf(traceId: string, spanId: string): string {
  return `00-${traceId}-${spanId}-01`
}

function hexOf(text: string, bytes: number): string {
  return createHash('sha256')
    .update(text)
    .digest('hex')
    .slice(0, 2 * bytes)
}
