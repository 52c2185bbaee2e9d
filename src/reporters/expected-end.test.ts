import { expect, test } from 'vitest'
import { simulate } from '../engine/simulate.ts'
import type { Task } from '../engine/task.ts'
import { expectedEndMs, expectedTasks } from './expected-end.ts'

function aTask(id: string, expectedMs: number, task: Partial<Task> = {}): Task {
  return { id, kind: 'x', phase: 'x', needs: [], slots: {}, expectedMs, ...task }
}

async function expected(tasks: readonly Task[], capacity: Record<string, number> = {}) {
  const { tasks: times, totalMs } = await simulate(tasks, capacity)
  const prediction = { totalMs, tasks: [...times].map(([id, time]) => ({ id, ...time })) }
  return { list: expectedTasks({ tasks, prediction }), totalMs, times }
}

const builds = { slots: { builds: 1 } }
const shop = [
  aTask('build:a', 10_000, builds),
  aTask('build:b', 20_000, builds),
  aTask('build:c', 30_000, builds),
  aTask('cluster', 15_000, { after: [{ task: 'build:c', ms: 5_000 }] }),
  aTask('load:a', 2_000, { needs: ['build:a', 'cluster'] }),
  aTask('ready:a', 3_000, { needs: ['load:a'] }),
]

test('as long as all goes as predicted the end is what was predicted, slots and lags included', async () => {
  const { list, totalMs, times } = await expected(shop, { builds: 1 })
  for (let nowMs = 0; nowMs < totalMs; nowMs += 1_000) {
    const at = [...times].map(([id, time]) => ({ id, ...time }))
    const running = at.filter(({ startMs, endMs }) => startMs <= nowMs && endMs > nowMs)
    const waiting = at.filter(({ startMs }) => startMs > nowMs)
    expect(expectedEndMs(list, { nowMs, running, waiting })).toBe(totalMs)
  }
})

test('what is done sooner brings the end forward, also where only a slot was waited for', async () => {
  const { list } = await expected(shop, { builds: 1 })
  const waiting = shop.filter(({ id }) => id === 'load:a' || id === 'ready:a')
  const running = [{ id: 'cluster', startMs: 1_000 }]
  expect(expectedEndMs(list, { nowMs: 1_000, running, waiting })).toBe(1_000 + 15_000 + 2_000 + 3_000)
  const allReused = shop.filter(({ id }) => !id.startsWith('build:'))
  expect(expectedEndMs(list, { nowMs: 500, running: [], waiting: allReused })).toBe(500 + 20_000)
})

test('what takes longer than expected will end at any moment, and what follows takes its time', async () => {
  const { list } = await expected([aTask('a', 1_000), aTask('b', 500, { needs: ['a'] })])
  const waiting = [{ id: 'b' }]
  expect(expectedEndMs(list, { nowMs: 9_000, running: [{ id: 'a', startMs: 0 }], waiting })).toBe(9_500)
})

test('without a prediction nothing is expected', () => {
  expect(expectedTasks({ tasks: shop })).toEqual([])
})
