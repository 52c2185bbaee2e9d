import { expect, test } from 'vitest'
import type { BenchResult } from './bench.ts'
import { compareBenches, refuseOtherSubject } from './compare.ts'
import { figuresOf, spreadOf } from './figures.ts'
import type { Measurement } from './measurement.ts'

const run = (
  strategy: Measurement['strategy'],
  totalMs: number,
  changes: Partial<Measurement> = {},
): Measurement => ({
  state: 'cold',
  strategy,
  round: 1,
  totalMs,
  phases: { build: { startMs: 0, endMs: totalMs / 2 } },
  lowerBoundMs: totalMs / 2,
  simulatedMs: totalMs,
  path: [],
  reused: [],
  ...changes,
})

const result = (measurements: readonly Measurement[], changes: Partial<BenchResult> = {}): BenchResult => ({
  version: 1,
  project: 'shop',
  environment: 'web',
  provider: 'kind',
  machine: { cpus: 2, memoryBytes: 2 ** 34, platform: 'linux/x64' },
  measuredAt: '2026-01-01T00:00:00.000Z',
  work: { cold: 'abc' },
  measurements,
  ...changes,
})

test('the median is the middle of the runs, or between the two in the middle', () => {
  expect(spreadOf([30, 10, 20])).toEqual({ median: 20, least: 10, most: 30 })
  expect(spreadOf([10, 40, 20, 30])).toEqual({ median: 25, least: 10, most: 40 })
})

test('each strategy is set against hybrid, state by state', () => {
  const figures = figuresOf(
    result([
      ...[run('pipelined', 60), run('hybrid', 80), run('pipelined', 80, { round: 2 }), run('hybrid', 120)],
      run('pipelined', 20, { state: 'warm', clusterIdleMs: 5, phases: {} }),
      run('hybrid', 10, { state: 'warm', clusterIdleMs: 3 }),
    ]),
  )
  expect(figures.map(({ state, strategy, runs, ratio }) => [state, strategy, runs, ratio])).toEqual([
    ['cold', 'pipelined', 2, 0.7],
    ['cold', 'hybrid', 2, 1],
    ['warm', 'pipelined', 1, 2],
    ['warm', 'hybrid', 1, 1],
  ])
  expect(figures[0]).toMatchObject({ phases: { build: 35 }, overLowerBound: 2 })
  expect(figures[0]?.clusterIdle).toBeUndefined()
  expect(figures[2]?.clusterIdle?.median).toBe(5)
})

test('the prediction is judged by the last run, which knows most; the simulation by all of them', () => {
  const [figures] = figuresOf(
    result([
      run('pipelined', 100, { predictedMs: 300, simulatedMs: 99 }),
      run('pipelined', 100, { predictedMs: 110, simulatedMs: 97, round: 2 }),
      run('pipelined', 100, { predictedMs: 90, simulatedMs: 100, round: 3 }),
    ]),
  )
  expect(figures?.predictionError).toBeCloseTo(-0.1)
  expect(figures?.simulationError).toBeCloseTo(-0.01)
})

test('without hybrid the first strategy is what the others are set against', () => {
  const figures = figuresOf(result([run('serial', 100), run('pipelined', 50)]))
  expect(figures.map(({ ratio }) => ratio)).toEqual([1, 0.5])
})

test('figures of the same work are compared', () => {
  const [comparison] = compareBenches(result([run('hybrid', 100)]), result([run('hybrid', 50)]))
  expect(comparison).toMatchObject({ ratio: 0.5, now: { strategy: 'hybrid' } })
})

test.each<[string, Partial<BenchResult>]>([
  ['environment', { environment: 'other' }],
  ['provider', { provider: 'podman' }],
  ['machine', { machine: { cpus: 16, memoryBytes: 2 ** 34, platform: 'linux/x64' } }],
  ['work of the cold runs', { work: { cold: 'def' } }],
])('figures of another %s are not', (what, changes) => {
  const runs = [run('hybrid', 100)]
  expect(() => compareBenches(result(runs), result(runs, changes))).toThrow(what)
  const refuseEarly = () => refuseOtherSubject(result(runs), result(runs, changes))
  if (changes.work === undefined) expect(refuseEarly).toThrow(what)
  else expect(refuseEarly).not.toThrow()
})
