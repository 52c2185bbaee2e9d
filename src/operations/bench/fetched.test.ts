import { expect, test } from 'vitest'
import { replay } from '../../engine/records.ts'
import type { Task } from '../../engine/task.ts'
import { hasFetched } from './fetched.ts'

const task = (id: string, kind: string): Task => ({
  ...{ id, kind, needs: [], phase: 'build', slots: {}, expectedMs: 1_000, isEstimate: true },
})

test.each([
  ['pulled', 'pull:node', 'succeeded', true],
  ['found there', 'pull:node', 'reused', false],
  ['built, which all runs do', 'build:web', 'succeeded', false],
] as const)('of a run whose image was %s', (_, id, outcome, expected) => {
  const tasks = [task('pull:node', 'pull'), task('build:web', 'build')]
  const prediction = { totalMs: 1_000, tasks: [] }
  const record = replay([
    { type: 'plan-ready', at: 0, strategy: 'pipelined', capacity: {}, tasks, prediction },
    { type: 'task-started', at: 0, task: id },
    { type: 'task-finished', at: 10, task: id, outcome, durationMs: 10 },
  ])
  expect(hasFetched(record)).toBe(expected)
})
