import { expect, test } from 'vitest'
import { shopDurations, shopPlan } from '../../test/rig/sample-plan.ts'
import type { Plan } from './plan.ts'

const expectedOf = ({ tasks }: Plan, id: string) => {
  const { expectedMs, isEstimate = false } = tasks.find((task) => task.id === id) ?? {}
  return { expectedMs, isEstimate }
}

test('what has a history is expected to take as long again', () => {
  const plan = shopPlan({ durations: shopDurations })
  expect(expectedOf(plan, 'build:api')).toEqual({ expectedMs: 30_000, isEstimate: false })
  expect(plan.tasks.some(({ isEstimate }) => isEstimate)).toBe(false)
})

test('what has none is expected to take the median of its kind, and is marked', () => {
  const { 'build:api': _, ...others } = shopDurations
  const plan = shopPlan({ durations: { ...others, 'build:base': 10_000, 'build:web': 90_000 } })
  expect(expectedOf(plan, 'build:api')).toEqual({ expectedMs: 90_000, isEstimate: true })
  expect(expectedOf(plan, 'build:web')).toEqual({ expectedMs: 90_000, isEstimate: false })
})

test('where nothing of a kind is known, its default counts; a cluster depends on what serves it', () => {
  expect(expectedOf(shopPlan(), 'build:base')).toEqual({ expectedMs: 30_000, isEstimate: true })
  expect(expectedOf(shopPlan(), 'cluster:kind')).toEqual({ expectedMs: 40_000, isEstimate: true })
  expect(expectedOf(shopPlan({ provider: 'podman' }), 'cluster:podman')).toEqual({
    expectedMs: 300,
    isEstimate: true,
  })
})
