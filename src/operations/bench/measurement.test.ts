import { expect, test } from 'vitest'
import { replay } from '../../engine/records.ts'
import type { Task } from '../../engine/task.ts'
import { measurementOf } from './measurement.ts'

const task = (id: string, needs: readonly string[] = []): Task => ({
  id,
  kind: 'build',
  needs,
  phase: 'build',
  slots: { builds: 1 },
  expectedMs: 1_000,
  isEstimate: true,
})

test('E9: a run is set beside what was predicted of it, and beside a simulation with its own durations', async () => {
  const ended = (id: string, startMs: number, endMs: number) => [
    { type: 'task-started' as const, at: startMs, task: id, attempt: 1 },
    {
      ...{ type: 'task-finished' as const, at: endMs, task: id, outcome: 'succeeded' as const },
      durationMs: endMs - startMs,
    },
  ]
  const record = replay([
    {
      ...{ type: 'plan-ready', at: 0, strategy: 'pipelined', capacity: { builds: 1 } },
      tasks: [task('build:a'), task('build:b'), task('build:c', ['build:b'])],
      prediction: { totalMs: 3_000, tasks: [] },
    },
    ...[...ended('build:a', 0, 40), ...ended('build:b', 40, 100), ...ended('build:c', 110, 210)],
    { type: 'run-finished', at: 220, outcome: 'succeeded', durationMs: 220, criticalPath: [], exitCode: 0 },
  ])
  const measurement = await measurementOf(record, { state: 'cold', strategy: 'pipelined', round: 1 })
  expect(measurement).toMatchObject({
    totalMs: 220,
    predictedMs: 3_000,
    // One slot, and no pause between its tasks.
    simulatedMs: 200,
    lowerBoundMs: 160,
  })
})
