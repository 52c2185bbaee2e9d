import { expect, test } from 'vitest'
import { largeRun } from '../../../test/rig/large-run.ts'
import { failedRun } from '../../../test/rig/sample-run.ts'
import { chromeTrace } from './chrome-trace.ts'

interface Event {
  readonly name: string
  readonly ph: string
  readonly pid: number
  readonly tid: number
  readonly ts: number
  readonly dur: number
  readonly args: Readonly<Record<string, unknown>>
}

const traceOf = (text: string) => (JSON.parse(text) as { traceEvents: Event[] }).traceEvents

test('each task that started is a span in microseconds, with its outcome and failure', async () => {
  const events = traceOf(chromeTrace(await failedRun()))
  const spans = events.filter(({ ph, pid }) => ph === 'X' && pid > 1)
  expect(spans.map(({ name, ts, dur }) => [name, ts, dur])).toEqual([
    ['cluster:create', 0, 38_000_000],
    ['build:base', 0, 42_000_000],
    ['build:gateway', 42_000_000, 65_300_000],
    ['load:base', 42_000_000, 8_000_000],
  ])
  expect(spans[2]?.args).toMatchObject({
    outcome: 'failed',
    failure: 'podman exited with code 2 (E_BUILD_FAILED)',
    isOnCriticalPath: true,
  })
  expect(events.filter(({ ph }) => ph === 'i').map(({ name }) => name)).toEqual(['load:base is tried again'])
})

test('no two tasks overlap in a lane, and the machine is two counters', () => {
  const events = traceOf(chromeTrace(largeRun(120)))
  const lanes = new Map<string, Event[]>()
  for (const event of events.filter(
    ({ ph, pid, name }) => ph === 'X' && pid > 1 && name.includes('service'),
  )) {
    const lane = `${event.pid}/${event.tid}`
    const last = lanes.get(lane)?.at(-1)
    expect((last?.ts ?? 0) + (last?.dur ?? 0)).toBeLessThanOrEqual(event.ts)
    lanes.set(lane, [...(lanes.get(lane) ?? []), event])
  }
  expect(lanes.size).toBeGreaterThan(3)
  expect(new Set(events.filter(({ ph }) => ph === 'C').map(({ name }) => name))).toEqual(
    new Set(['CPU', 'memory']),
  )
})
