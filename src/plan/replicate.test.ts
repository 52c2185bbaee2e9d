import { expect, test } from 'vitest'
import { shopDurations, shopInput } from '../../test/rig/sample-plan.ts'
import { assemblePlan } from './assemble-plan.ts'
import { replicateServices } from './replicate.ts'

function planOf(count: number) {
  const { config, environment, facts } = replicateServices(shopInput({ durations: shopDurations }), count)
  return assemblePlan(config, environment, 'pipelined', facts)
}

test('copies are made in turn, with images of their own on the same bases, and need one another', () => {
  const tasks = new Map(planOf(6).tasks.map((task) => [task.id, task]))
  expect([...tasks.keys()].filter((id) => id.startsWith('ready:'))).toHaveLength(6)
  expect(tasks.get('build:web#2')).toMatchObject({ needs: ['build:base'], expectedMs: 40_000 })
  expect(tasks.get('deploy:web#2')?.needs).toEqual(['cluster:kind', 'load:web#2', 'ready:api#2'])
  expect(tasks.get('deploy:db#2')?.needs).toEqual(['cluster:kind', 'load:db'])
  expect(tasks.has('pull:db#2')).toBe(false)
})

test('of the last round only some may be copied, and what those need is there', () => {
  const ids = planOf(5).tasks.map(({ id }) => id)
  expect(ids).toContain('ready:api#2')
  expect(ids).not.toContain('ready:web#2')
})

test('with no more than there are, nothing changes', () => {
  expect(planOf(3)).toEqual(planOf(0))
})
