import { expect, test } from 'vitest'
import { shopDurations, shopPlan } from '../../test/rig/sample-plan.ts'
import { predict } from './prediction.ts'

test('a prediction has the times of all tasks, the critical path, and what no order can beat', async () => {
  const prediction = await predict(shopPlan({ durations: shopDurations }))
  expect(prediction.tasks.find(({ id }) => id === 'build:web')).toEqual({
    id: 'build:web',
    startMs: 20_000,
    endMs: 60_000,
    isEstimate: false,
  })
  expect(prediction.criticalPath).toEqual({
    tasks: ['build:base', 'build:web', 'load:web', 'deploy:web', 'ready:web'],
    lengthMs: 64_500,
  })
  expect(prediction).toMatchObject({ totalMs: 64_500, lowerBoundMs: 64_500, isEstimate: false })
  // From 43.5 s, when db is ready, to 50 s; from 54.5 s, when api is ready, to 60 s.
  expect(prediction).toMatchObject({ clusterIdleMs: 12_000, clusterIdleStretchMs: 6_500 })
})

test('with few slots the work decides what no order can beat', async () => {
  const plan = shopPlan({ durations: shopDurations })
  const { totalMs, lowerBoundMs } = await predict({ ...plan, capacity: { builds: 1 } })
  expect(lowerBoundMs).toBe(95_000)
  expect(totalMs).toBeGreaterThanOrEqual(lowerBoundMs)
})

test('one task without history makes it an estimate; pods have no idle cluster', async () => {
  const { 'load:db': _, ...durations } = shopDurations
  expect(await predict(shopPlan({ durations }))).toMatchObject({ isEstimate: true })
  const pods = await predict(shopPlan({ provider: 'podman' }))
  expect(pods).not.toHaveProperty('clusterIdleMs')
})
