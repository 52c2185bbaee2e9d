import { expect, test } from 'vitest'
import { configOf, environmentOf } from '../../test/rig/sample-config.ts'
import { assemblePlan } from './assemble-plan.ts'
import { withTests } from './environment-tasks.ts'
import { type StrategyName, strategyNames } from './plan.ts'

const config = configOf(`
project: shop
images: { api: { dockerfile: Dockerfile }, tool: { dockerfile: Dockerfile } }
services:
  db: { apply: db.yaml }
  schema: { run: migrate, needs: [db], timeout: 1m }
  seed: { run: seed, needs: [{ service: schema, level: applied }] }
  api: { apply: api.yaml, needs: [schema] }
environments: { e2e: { services: [api, seed], cluster: { provider: kind } } }`)

function planOf(strategy: StrategyName) {
  const facts = {
    imagesOf: new Map([
      ['api', ['api']],
      ['schema', ['tool']],
    ]),
    provider: { loadsImages: true, awaitsDns: false },
    isClusterThere: false,
    ...{ cpus: 8, memoryBytes: 2 ** 34, expectedMs: () => 0, memoryOf: () => 0 },
  }
  return withTests(assemblePlan(config, environmentOf(config, 'e2e'), strategy, facts), 1_000, facts)
}

test('a step is one task, after what it needs and before whoever needs it; its images are not loaded', () => {
  const tasks = planOf('pipelined').tasks
  const needs = Object.fromEntries(tasks.map((task) => [task.id, task.needs]))
  expect(needs).toMatchObject({
    'run:schema': ['cluster:kind', 'build:tool', 'ready:db'],
    'run:seed': ['cluster:kind', 'run:schema'],
    'deploy:api': ['cluster:kind', 'load:api', 'run:schema'],
  })
  expect(needs['test:e2e']?.toSorted()).toEqual(['ready:api', 'ready:db', 'run:schema', 'run:seed'])
  expect(Object.keys(needs)).not.toContain('load:tool')
  expect(tasks.find(({ id }) => id === 'run:schema')).toMatchObject({ phase: 'deploy', timeoutMs: 60_000 })
})

test.each(strategyNames)('%s keeps to the phases also for steps', (strategy) => {
  const needs = planOf(strategy).tasks.find(({ id }) => id === 'run:schema')?.needs ?? []
  expect(needs.includes('load:api')).toBe(strategy === 'standard' || strategy === 'hybrid')
})
