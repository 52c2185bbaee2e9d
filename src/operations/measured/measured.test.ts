import { expect, test } from 'vitest'
import { shopPlan } from '../../../test/rig/sample-plan.ts'
import type { TaskRecord } from '../../engine/records.ts'
import { measuredIn, wholesOf } from './measured.ts'

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

test('the whole of a run is remembered with and without its tests, as long as something was set up', () => {
  const plan = { environment: 'e2e', tasks: [...shopPlan().tasks.filter(({ kind }) => kind === 'deploy')] }
  const [first] = plan.tasks
  const end = (outcome: TaskRecord['outcome']) =>
    new Map([
      record(first?.id ?? '', outcome, { endMs: 4_000 }),
      record('test:e2e', 'succeeded', { endMs: 9_000 }),
    ])
  const tested = {
    ...plan,
    tasks: [...plan.tasks, { ...first, id: 'test:e2e', kind: 'test' } as (typeof plan.tasks)[number]],
  }
  const run = (outcome: TaskRecord['outcome']) =>
    ({ outcome: 'succeeded', durationMs: 9_500, tasks: end(outcome) }) as const
  expect(wholesOf(tested, run('succeeded'))).toEqual(
    new Map([
      ['whole up e2e', 4_000],
      ['whole test e2e', 9_500],
    ]),
  )
  expect(wholesOf(plan, run('succeeded'))).toEqual(new Map([['whole up e2e', 9_500]]))
  expect(wholesOf(tested, run('reused'))).toEqual(new Map())
  expect(wholesOf(tested, { ...run('succeeded'), outcome: 'failed' })).toEqual(new Map())
})
