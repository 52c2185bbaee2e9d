import { expect, test } from 'vitest'
import { shopPlan } from '../../test/rig/sample-plan.ts'
import type { TaskRecord } from '../engine/records.ts'
import { measuredIn } from './measured.ts'

const record = (id: string, outcome: TaskRecord['outcome'], more: Partial<TaskRecord> = {}) =>
  [id, { id, outcome, startMs: 100, endMs: 1_100, attempts: 1, ...more }] as const

const tasks = new Map<string, TaskRecord>([
  record('pull:db', 'reused'),
  record('build:base', 'reused'),
  record('build:api', 'succeeded', { outputs: { memoryBytes: 5_000 } }),
  record('build:web', 'failed'),
  record('load:web', 'blocked'),
  record('cluster:kind', 'reused'),
])
const instructions = { of: (task: string) => [{ instruction: `RUN ${task}`, seconds: 0.5 }] }

test('what was done is remembered, and a pull also when it found its image: so will the next', () => {
  expect(measuredIn(shopPlan(), { tasks }, instructions)).toEqual({
    durationsMs: new Map([
      ['pull:db', 1_000],
      ['build:api', 1_000],
    ]),
    memoryBytes: new Map([['build:api', 5_000]]),
    instructions: new Map([['build:api', [{ instruction: 'RUN build:api', ms: 500 }]]]),
  })
})
