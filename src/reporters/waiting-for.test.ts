import { expect, test } from 'vitest'
import type { RunEvent } from '../engine/events.ts'
import type { Task } from '../engine/task.ts'
import { initialState, reduce } from './live-state.ts'
import { heldTasks } from './waiting-for.ts'

function reasonsOf(tasks: readonly Task[], started: readonly string[], ended: readonly string[] = []) {
  const events: RunEvent[] = [
    { type: 'plan-ready', at: 0, strategy: 'hybrid', tasks, capacity: { builds: 1 } },
    ...[...ended, ...started].map((task): RunEvent => ({ type: 'task-started', at: 0, task })),
    ...ended.map((task): RunEvent => {
      return { type: 'task-finished', at: 1, task, outcome: 'succeeded', durationMs: 1 }
    }),
  ]
  return heldTasks(events.reduce(reduce, initialState)).map(({ id, reason }) => `${id} ${reason}`)
}

function aTask(id: string, task: Partial<Task> = {}): Task {
  return { id, kind: 'x', phase: 'x', needs: [], slots: {}, expectedMs: 0, ...task }
}

test('a task waits for what it needs and what is running, and not for what has ended', () => {
  const tasks = [aTask('a'), aTask('b'), aTask('c'), aTask('d', { needs: ['a', 'b', 'c'] })]
  expect(reasonsOf(tasks, ['b', 'c'], ['a'])).toEqual(['d waits for b and 1 more'])
  expect(reasonsOf(tasks, ['c'], ['a', 'b'])).toEqual(['d waits for c'])
})

test('what waits for something that waits itself says nothing new', () => {
  const tasks = [aTask('a'), aTask('b', { needs: ['a'] }), aTask('c', { needs: ['b'] })]
  expect(reasonsOf(tasks, ['a'])).toEqual(['b waits for a'])
})

test('a task that could start but for a slot says which', () => {
  const slots = { builds: 1 }
  expect(reasonsOf([aTask('a', { slots }), aTask('b', { slots })], ['a'])).toEqual([
    'b waits for a free slot (builds)',
  ])
})

test('a start that was put off says behind what', () => {
  const tasks = [aTask('a'), aTask('cluster', { after: [{ task: 'a', ms: 61_000 }] })]
  expect(reasonsOf(tasks, ['a'])).toEqual(['cluster waits for a to have run for 1m 01s'])
})
