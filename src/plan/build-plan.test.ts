import { describe, expect, test } from 'vitest'
import { configOf } from '../../test/rig/sample-config.ts'
import { machinePlatform } from '../util/platform.ts'
import { assembleBuildPlan, type BuildGoals } from './build-plan.ts'

const facts = { cpus: 8, memoryBytes: 16 * 2 ** 30, expectedMs: () => 0, memoryOf: () => 0 }
const other = machinePlatform === 'linux/arm64' ? 'linux/amd64' : 'linux/arm64'
const both = [machinePlatform, other]

function planOf(images: string, goals: BuildGoals): Record<string, readonly string[]> {
  const config = configOf(`project: shop\nimages:\n${images}\nservices: {}\nenvironments: {}`)
  const { tasks } = assembleBuildPlan(config, goals, facts)
  return Object.fromEntries(tasks.map(({ id, needs }) => [id, needs]))
}

const two = `
  node: { pull: node }
  base: { dockerfile: Dockerfile, needs: [node] }
  api: { dockerfile: Dockerfile, needs: [base] }`

describe('an image for one platform', () => {
  test.each([[undefined], [[]], [[other]]])(
    'has one task under its own name, with --platform %s',
    (platforms) => {
      const goals = { images: ['api'], ...(platforms === undefined ? {} : { platforms }) }
      expect(planOf(two, goals)).toEqual({
        'pull:node': [],
        'build:base': ['pull:node'],
        'build:api': ['build:base'],
      })
    },
  )
})

describe('an image for several platforms', () => {
  const pairs = (kind: string, image: string) => both.map((platform) => `${kind}:${image}@${platform}`)

  test('has a task for each, on what it needs in that platform, and one for their name', () => {
    const plan = planOf(two, { images: ['api'], platforms: both })
    for (const platform of both) {
      expect(plan[`build:api@${platform}`]).toEqual([`build:base@${platform}`])
      expect(plan[`build:base@${platform}`]).toEqual([`pull:node@${platform}`])
    }
    expect(plan['manifest:api']).toEqual(pairs('build', 'api'))
    expect(plan['manifest:base']).toEqual(pairs('build', 'base'))
    expect(Object.keys(plan)).toHaveLength(8)
  })

  test('takes the slots of a build for each of them', () => {
    const config = configOf(
      `project: shop\nimages: { api: { dockerfile: D, memory: 1GiB } }\nservices: {}\nenvironments: {}`,
    )
    const { tasks } = assembleBuildPlan(config, { images: ['api'], platforms: both }, facts)
    expect(tasks.map(({ slots }) => slots)).toEqual([
      { builds: 1, memory: 1024 },
      { builds: 1, memory: 1024 },
      {},
    ])
  })

  test('is uploaded, loaded and exported once it has its name', () => {
    const goals = {
      images: ['api'],
      platforms: both,
      registry: 'r.example.com',
      loads: true,
      exportTo: '/out',
    }
    const plan = planOf('  api: { dockerfile: Dockerfile }', goals)
    expect(plan['push:api']).toEqual(['manifest:api'])
    expect(plan['load:api']).toEqual(['manifest:api'])
    expect(plan['export:images']).toEqual([...pairs('build', 'api'), 'manifest:api'])
  })

  test('may say so in the configuration, and what needs it then takes the one for this machine', () => {
    const images = `
  base: { dockerfile: Dockerfile, platform: [${[...both].reverse()}] }
  api: { dockerfile: Dockerfile, needs: [base] }`
    expect(planOf(images, { images: ['api'] })).toEqual({
      [`build:base@${machinePlatform}`]: [],
      'build:api': [`build:base@${machinePlatform}`],
      'manifest:base': [`build:base@${machinePlatform}`],
    })
  })

  test('or the one of its own platform', () => {
    const images = `
  base: { dockerfile: Dockerfile, platform: [${both}] }
  api: { dockerfile: Dockerfile, needs: [base], platform: ${other} }`
    expect(planOf(images, { images: ['api'] })['build:api']).toEqual([`build:base@${other}`])
  })

  test('stands on one image of tools that has a platform of its own', () => {
    const images = `
  tools: { dockerfile: Dockerfile, platform: ${machinePlatform} }
  api: { dockerfile: Dockerfile, needs: [tools], platform: [${both}] }`
    const plan = planOf(images, { images: ['api'] })
    for (const platform of both) expect(plan[`build:api@${platform}`]).toEqual(['build:tools'])
  })
})

test('M1: a build is given the memory that it took before, and never less than it asks for', () => {
  const config = configOf(`project: shop\nimages:\n${two}\nservices: {}\nenvironments: {}`)
  const memoryOf = (id: string) => (id === 'build:api' ? 4 * 2 ** 30 : 2 ** 20)
  const { tasks } = assembleBuildPlan(config, { images: ['api'] }, { ...facts, memoryOf })
  const slots = Object.fromEntries(tasks.map((task) => [task.id, task.slots.memory]))
  expect(slots).toMatchObject({ 'build:api': 5 * 1024, 'build:base': 512 })
})
