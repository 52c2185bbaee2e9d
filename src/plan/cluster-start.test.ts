import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { shopDurations, shopPlan } from '../../test/rig/sample-plan.ts'
import { simulate } from '../engine/simulate.ts'
import { startClusterInTime } from './cluster-start.ts'
import type { Plan } from './plan.ts'
import { predict } from './prediction.ts'

const lagsOf = ({ tasks }: Plan) => tasks.find(({ kind }) => kind === 'cluster')?.after ?? []

/** When the cluster starts, should the tasks take what is given instead of what was expected. */
async function startMs(
  plan: Plan,
  changed: Readonly<Record<string, number>> = {},
): Promise<number | undefined> {
  const tasks = plan.tasks.map((task) => ({ ...task, expectedMs: changed[task.id] ?? task.expectedMs }))
  return (await simulate(tasks, plan.capacity)).tasks.get('cluster:kind')?.startMs
}

/** The first image is there after 70 s, the last after 100 s. */
const slow = { ...shopDurations, 'build:base': 40_000, 'pull:db': 70_000, 'build:web': 60_000 }

describe('by history', () => {
  const planOf = (durations: Readonly<Record<string, number>>) => startClusterInTime(shopPlan({ durations }))

  test('the cluster starts at once where it takes longer than the first image', async () => {
    expect(lagsOf(await planOf(shopDurations))).toEqual([])
  })

  test('the cluster is ready when the first image is', async () => {
    const plan = await planOf(slow)
    expect(lagsOf(plan)).toEqual([
      { task: 'pull:db', ms: 20_000 },
      { task: 'build:base', ms: 20_000 },
    ])
    expect(await startMs(plan)).toBe(20_000)
    const { tasks, totalMs } = await predict(plan)
    const endOf = (id: string) => tasks.find((task) => task.id === id)?.endMs ?? 0
    // With a quarter of its time to spare.
    expect(endOf('cluster:kind')).toBe(endOf('pull:db') - 10_000)
    expect(totalMs).toBe((await predict(shopPlan({ durations: slow }))).totalMs)
  })

  test('names are answered for when the first image is there, too, so that waiting for them delays nothing', async () => {
    const options = { durations: { ...slow, 'dns:kind': 10_000 }, awaitsDns: true }
    const plan = await startClusterInTime(shopPlan(options))
    expect(await startMs(plan)).toBe(7_500)
    expect((await predict(plan)).totalMs).toBe((await predict(shopPlan(options))).totalMs)
  })

  test('C1: beside a build of ten minutes it starts later, and is idle for at most a minute at a stretch', async () => {
    const durations = { ...shopDurations, 'build:web': 600_000 }
    const [before, after] = [await predict(shopPlan({ durations })), await predict(await planOf(durations))]
    expect(before.clusterIdleStretchMs).toBeGreaterThan(500_000)
    expect(after.clusterIdleStretchMs).toBeLessThanOrEqual(60_000)
    expect(after.totalMs).toBe(before.totalMs)
  })

  test('it starts at once when all images are reused, whatever was expected of them', async () => {
    const plan = await planOf({ ...shopDurations, 'build:web': 600_000 })
    const reused = { 'build:base': 200, 'build:api': 200, 'build:web': 200, 'pull:db': 200 }
    expect(await startMs(plan)).toBeGreaterThan(400_000)
    expect(await startMs(plan, reused)).toBeLessThan(1_000)
  })

  test('it starts earlier when what it waits for is done earlier', async () => {
    const plan = await planOf(slow)
    expect(await startMs(plan, { 'build:base': 10_000, 'pull:db': 15_000 })).toBe(15_000)
  })

  test('C1: it starts later when what the awaited image is built on takes ten times as long', async () => {
    const durations = { ...shopDurations, 'build:web': 600_000 }
    const plan = await planOf(durations)
    const inTime = (await startMs(plan)) ?? 0
    const late = { 'build:base': 200_000 }
    expect(await startMs(plan, late)).toBe(inTime + 180_000)
  })

  test('whatever the durations, it is idle for no longer than a minute at a stretch, unless that cannot be', async () => {
    const ids = Object.keys(shopDurations)
    const durationsMs = fc.tuple(
      ...ids.map(() => fc.oneof(fc.integer({ min: 1, max: 60_000 }), fc.integer({ min: 1, max: 900_000 }))),
    )
    await fc.assert(
      fc.asyncProperty(durationsMs, async (values) => {
        const drawn = Object.fromEntries(ids.map((id, index) => [id, values[index] ?? 1]))
        // Nodes are there before the cluster is.
        const nodesMs = Math.min(drawn['nodes:kind'] ?? 1, drawn['cluster:kind'] ?? 1)
        const durations = { ...drawn, 'nodes:kind': nodesMs }
        const hybrid = await predict(shopPlan({ durations }, 'hybrid'))
        const { clusterIdleStretchMs = 0, totalMs } = await predict(await planOf(durations))
        expect(clusterIdleStretchMs).toBeLessThanOrEqual(60_000)
        expect(totalMs).toBeLessThanOrEqual(hybrid.totalMs)
      }),
      { numRuns: 60 },
    )
  })
})

describe('without history', () => {
  test('the cluster starts at once when builds are short, as they are by estimate', async () => {
    expect(lagsOf(await startClusterInTime(shopPlan()))).toEqual([])
  })

  test('the cluster is ready when the last image is, where a known build is long', async () => {
    const durations = { 'build:web': 300_000, 'build:base': 20_000, 'build:api': 1_000 }
    const plan = await startClusterInTime(shopPlan({ durations }))
    const { tasks } = await predict(plan)
    const endOf = (id: string) => tasks.find((task) => task.id === id)?.endMs ?? 0
    expect(endOf('cluster:kind')).toBe(endOf('build:web') - 10_000)
  })
})

test('other strategies, and providers whose nodes need no images, start it as they did', async () => {
  const durations = { ...shopDurations, 'build:web': 600_000, 'cluster:podman': 300 }
  const plans = [
    shopPlan({ durations }, 'hybrid'),
    shopPlan({ durations }, 'standard'),
    shopPlan({ durations, provider: 'podman' }),
  ]
  for (const plan of plans) expect(await startClusterInTime(plan)).toBe(plan)
})

test('M6: with the longest path behind it the cluster goes before builds, and what it takes is not theirs', async () => {
  const { tasks, capacity } = shopPlan({ durations: { ...shopDurations, 'cluster:kind': 100_000 } })
  const { tasks: times } = await simulate(tasks, { ...capacity, memory: 1_200 })
  expect(times.get('cluster:kind')?.startMs).toBe(0)
  expect(times.get('build:base')?.startMs).toBe(100_000)
})
