import { expect, test } from 'vitest'
import type { TaskRecord } from '../../engine/records.ts'
import { failedTasks } from './failed-tasks.ts'

function resultOf(...ends: readonly (readonly [string, TaskRecord['outcome']])[]) {
  const records = ends.map(([id, outcome]): TaskRecord => {
    const failure = outcome === 'succeeded' ? {} : { failure: { code: 'E_X', message: `${id} ${outcome}` } }
    return { id, outcome, endMs: 1, attempts: 1, ...failure }
  })
  return { tasks: new Map(records.map((record) => [record.id, record])) }
}

test('E2: all failures are told, root causes before what they have blocked, whatever ended first', () => {
  const ends = resultOf(['a', 'failed'], ['b', 'blocked'], ['c', 'succeeded'], ['d', 'timed-out'])
  expect(failedTasks(ends).map(({ task, outcome }) => `${task} ${outcome}`)).toEqual([
    'a failed',
    'd timed-out',
    'b blocked',
  ])
  expect(failedTasks(resultOf(['c', 'succeeded']))).toEqual([])
})
