import fc from 'fast-check'
import { expect, test } from 'vitest'
import { aTask } from '../../test/rig/scripted-run.ts'
import { criticalPath } from '../graph/critical-path.ts'
import { simulate } from './simulate.ts'
import type { Task } from './task.ts'

const takes = (id: string, expectedMs: number, more: Partial<Task> = {}): Task => ({
  ...aTask(id, { ...more, expectedMs }),
})

/** Any graph: a task needs only those before it. */
const anyTasks = fc
  .array(
    fc.record({
      needs: fc.array(fc.nat(), { maxLength: 3 }),
      expectedMs: fc.nat(100),
      slots: fc.record({ builds: fc.nat(2), memory: fc.nat(5) }),
    }),
    { minLength: 1, maxLength: 40 },
  )
  .map((list) =>
    list.map(({ needs, expectedMs, slots }, i) =>
      takes(`t${i}`, expectedMs, {
        slots,
        needs: i === 0 ? [] : [...new Set(needs.map((n) => `t${n % i}`))],
      }),
    ),
  )

test('every task runs in the time expected of it, after its needs, and its time limit does not matter', async () => {
  const { tasks, totalMs } = await simulate(
    [
      takes('build:a', 300, { slots: { builds: 1 }, timeoutMs: 10 }),
      takes('build:b', 200, { slots: { builds: 1 } }),
      takes('load:a', 50, { needs: ['build:a'] }),
    ],
    { builds: 1 },
  )
  expect([...tasks]).toEqual([
    ['build:a', { startMs: 0, endMs: 300 }],
    ['load:a', { startMs: 300, endMs: 350 }],
    ['build:b', { startMs: 300, endMs: 500 }],
  ])
  expect(totalMs).toBe(500)
})

test('C1: a lag holds a task back behind the start of another, and no longer than that one runs', async () => {
  const { tasks } = await simulate(
    [
      takes('base', 100),
      takes('long', 500, { needs: ['base'] }),
      takes('soon', 10, { after: [{ task: 'long', ms: 50 }] }),
      takes('never', 10, { after: [{ task: 'long', ms: 5_000 }] }),
    ],
    {},
  )
  expect(tasks.get('soon')?.startMs).toBe(150)
  expect(tasks.get('never')?.startMs).toBe(600)
})

test('whatever the graph, the simulated run keeps to needs and slots', async () => {
  const capacity = { builds: 2, memory: 6 }
  await fc.assert(
    fc.asyncProperty(anyTasks, async (tasks) => {
      const { tasks: times, totalMs } = await simulate(tasks, capacity)
      const timeOf = (id: string) => times.get(id) ?? { startMs: Number.NaN, endMs: Number.NaN }
      for (const { id, needs, expectedMs } of tasks) {
        const { startMs, endMs } = timeOf(id)
        expect(endMs - startMs).toBe(expectedMs)
        for (const need of needs) expect(timeOf(need).endMs).toBeLessThanOrEqual(startMs)
      }
      // What is taken can only grow at a start.
      for (const { id } of tasks) {
        const at = timeOf(id).startMs
        const running = tasks.filter((other) => timeOf(other.id).startMs <= at && at < timeOf(other.id).endMs)
        for (const [slot, most] of Object.entries(capacity)) {
          expect(running.reduce((sum, { slots }) => sum + (slots[slot] ?? 0), 0)).toBeLessThanOrEqual(most)
        }
      }
      expect(Math.max(...tasks.map(({ id }) => timeOf(id).endMs))).toBe(totalMs)
    }),
  )
})

test('M6: on equal slots the whole takes at most twice what it must, by its longest path and by its work', async () => {
  await fc.assert(
    fc.asyncProperty(anyTasks, fc.integer({ min: 1, max: 4 }), async (list, builds) => {
      const tasks = list.map((task) => ({ ...task, slots: { builds: 1 } }))
      const workMs = tasks.reduce((sum, { expectedMs }) => sum + expectedMs, 0)
      const leastMs = Math.max(criticalPath(tasks, (task) => task.expectedMs).length, workMs / builds)
      const { totalMs } = await simulate(tasks, { builds })
      expect(totalMs).toBeGreaterThanOrEqual(Math.floor(leastMs))
      expect(totalMs).toBeLessThanOrEqual(2 * leastMs)
    }),
  )
})

test('ten thousand tasks are no trouble', async () => {
  const tasks = Array.from({ length: 10_000 }, (_, i) =>
    takes(`t${i}`, 10 + (i % 7), { slots: { builds: 1 }, needs: i < 100 ? [] : [`t${i - 100}`] }),
  )
  expect((await simulate(tasks, { builds: 8 })).tasks.size).toBe(10_000)
})
