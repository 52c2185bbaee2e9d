import { expect, test } from 'vitest'
import { aTask, runOptions, scriptedRun, toldTasks } from '../../test/rig/scripted-run.ts'
import { VirtualClock } from '../../test/rig/virtual-clock.ts'
import { runGraph } from './run-graph.ts'

const behind = (task: string, ms: number) => ({ after: [{ task, ms }] })

test('a start lags behind the start of another, though nothing else keeps it', async () => {
  const { events, leftSleeping } = await scriptedRun([
    aTask('a', { workMs: 100 }),
    aTask('b', { workMs: 100, needs: ['a'] }),
    aTask('c', behind('b', 30)),
  ])
  expect(toldTasks(events)).toEqual([
    '0 a started',
    '100 a succeeded',
    '100 b started',
    '130 c started',
    '140 c succeeded',
    '200 b succeeded',
  ])
  expect(leftSleeping).toBe(0)
})

test('it lags no longer than the other runs, and starts all the same when that fails or never starts', async () => {
  const { events, result } = await scriptedRun([
    aTask('a', { workMs: 20, end: 'fails' }),
    aTask('b', { needs: ['a'] }),
    aTask('c', { after: [...behind('a', 500).after, ...behind('b', 500).after] }),
  ])
  expect(toldTasks(events)).toContain('20 c started')
  expect(result.tasks.get('c')?.outcome).toBe('succeeded')
})

test('what is held back when the run is cancelled never starts', async () => {
  const { events } = await scriptedRun([aTask('a', { workMs: 100 }), aTask('b', behind('a', 50))], {
    cancelAtMs: 10,
  })
  expect(toldTasks(events)).toEqual(['0 a started', '10 b cancelled', '10 a cancelled'])
})

test('a failure elsewhere stops what is held back as it stops what is ready', async () => {
  const { events } = await scriptedRun(
    [aTask('a', { workMs: 100 }), aTask('x', { workMs: 10, end: 'fails' }), aTask('b', behind('a', 50))],
    { failureMode: 'no-new' },
  )
  expect(toldTasks(events)).toEqual([
    '0 a started',
    '0 x started',
    '10 x failed',
    '10 b cancelled',
    '100 a succeeded',
  ])
})

test('what needs a failed task is blocked at once, however long it would have had to lag', async () => {
  const { events } = await scriptedRun([
    aTask('a', { workMs: 100 }),
    aTask('x', { workMs: 10, end: 'fails' }),
    aTask('b', { needs: ['x'], ...behind('a', 50) }),
  ])
  expect(toldTasks(events)).toContain('10 b blocked')
})

test('lags that go round in a circle are refused before anything starts', async () => {
  const tasks = [aTask('a', { needs: ['b'] }), aTask('b', behind('a', 5))]
  await expect(runGraph(tasks, runOptions(new VirtualClock()))).rejects.toThrow('not a graph')
})
