import type { IncomingMessage } from 'node:http'
import { expect, test } from 'vitest'
import { largeRun } from '../../../test/rig/large-run.ts'
import { localServer } from '../../../test/rig/local-server.ts'
import { failedRun } from '../../../test/rig/sample-run.ts'
import type { RunEvent } from '../../engine/events.ts'
import { spanIdOf } from '../../util/trace-context.ts'
import { otlpTrace } from './otlp.ts'
import { otlpReporter, otlpTarget } from './otlp-reporter.ts'

interface Span {
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId?: string
  readonly name: string
  readonly startTimeUnixNano: string
  readonly endTimeUnixNano: string
  readonly events?: readonly { name: string }[]
  readonly links?: readonly { spanId: string }[]
  readonly status: { code: number; message?: string }
}

function spansOf(text: string): Span[] {
  const { resourceSpans } = JSON.parse(text)
  return resourceSpans[0].scopeSpans[0].spans
}

test('the run is a span below what started it, and each task one below the run', async () => {
  const [traceId, parent] = ['4bf92f3577b34da6a3ce929d0e0e4736', '00f067aa0ba902b7']
  const events = (await failedRun()).map((event): RunEvent => {
    return event.type === 'run-started' ? { ...event, traceparent: `00-${traceId}-${parent}-01` } : event
  })
  const [run, ...tasks] = spansOf(otlpTrace(events, 'shop'))
  expect(run).toMatchObject({ traceId, parentSpanId: parent, name: 'kindling up gateway' })
  expect(run?.startTimeUnixNano).toBe('1893456000000000000')
  expect(tasks.map(({ name }) => name)).toEqual([
    'cluster:create',
    'build:base',
    'build:gateway',
    'load:base',
  ])
  expect(new Set(tasks.map(({ parentSpanId }) => parentSpanId))).toEqual(new Set([run?.spanId]))
  const [, , failed, retried] = tasks
  expect(failed?.status).toEqual({ code: 2, message: 'podman exited with code 2' })
  expect(failed?.links).toEqual([{ traceId, spanId: spanIdOf('7f3a', 'build:base') }])
  expect(retried?.events).toMatchObject([{ name: 'retry' }])
})

test('the instructions of a build are spans below it', () => {
  const spans = spansOf(otlpTrace(largeRun(30), 'kindling'))
  const build = spans.find(({ name }) => name === 'build:service-0000')
  expect(spans.filter(({ parentSpanId }) => parentSpanId === build?.spanId).map(({ name }) => name)).toEqual([
    'FROM base',
    'COPY . .',
    'RUN make',
  ])
  expect(new Set(spans.map(({ spanId }) => spanId)).size).toBe(spans.length)
})

test('a run that was killed is told as far as it went', async () => {
  const events = (await failedRun()).filter(({ at }) => at < 43_000)
  const [run, ...tasks] = spansOf(otlpTrace(events, 'kindling'))
  expect(run?.status).toEqual({ code: 2, message: 'unfinished' })
  expect(tasks.find(({ name }) => name === 'build:gateway')?.status).toEqual({
    code: 2,
    message: 'unfinished',
  })
  expect(JSON.parse(otlpTrace([], 'kindling'))).toEqual({ resourceSpans: [] })
})

test('the variables of OpenTelemetry say where a trace goes, and as whom', () => {
  expect(otlpTarget({})).toBeUndefined()
  expect(
    otlpTarget({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c:4317', OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' }),
  ).toBe(undefined)
  expect(
    otlpTarget({
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c:4318/',
      OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Bearer%20x,k=a=b',
      OTEL_SERVICE_NAME: 'ci',
    }),
  ).toEqual({
    url: 'http://c:4318/v1/traces',
    headers: { authorization: 'Bearer x', k: 'a=b' },
    service: 'ci',
  })
  const traces = {
    OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'https://c/t',
    OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c',
  }
  expect(otlpTarget(traces)?.url).toBe('https://c/t')
})

test('the trace is sent once the run is over; a collector that refuses it is told of', async () => {
  const received: { readonly request: IncomingMessage; readonly body: string }[] = []
  const port = await localServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += chunk
    received.push({ request, body })
    response.statusCode = request.url === '/v1/traces' ? 200 : 403
    response.end()
  })
  const url = `http://127.0.0.1:${port}/v1/traces`
  const reporter = otlpReporter({ url, headers: { authorization: 'secret' }, service: 'ci' })
  for (const event of await failedRun()) reporter.onEvent(event)
  expect(received).toEqual([])
  await reporter.close?.()
  expect(received[0]?.request.headers).toMatchObject({
    'content-type': 'application/json',
    authorization: 'secret',
  })
  expect(spansOf(received[0]?.body ?? '').length).toBe(5)

  const refused = otlpReporter({ url: `http://127.0.0.1:${port}/other?key=secret`, headers: {} })
  for (const event of await failedRun()) refused.onEvent(event)
  await expect(refused.close?.()).rejects.toThrow(`refused by http://127.0.0.1:${port}/other: HTTP 403`)
})
