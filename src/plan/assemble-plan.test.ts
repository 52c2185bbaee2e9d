import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { configOf, environmentOf } from '../../test/rig/sample-config.ts'
import { topologicalOrder } from '../graph/topological-order.ts'
import { assemblePlan } from './assemble-plan.ts'
import { buildSlots, capacityOf } from './capacity.ts'
import { type Plan, type PlannedTask, type ProviderTraits, type StrategyName, strategyNames } from './plan.ts'

/** What is to be planned: images by what they are built on, services by what they need and run. */
interface Shape {
  readonly images: readonly (readonly number[] | 'external')[]
  readonly services: readonly { readonly needs: readonly number[]; readonly runs: readonly number[] }[]
}

const pods: ProviderTraits = { loadsImages: false, awaitsDns: false }
const nodes: ProviderTraits = { loadsImages: true, awaitsDns: true }

function planOf(
  { images, services }: Shape,
  strategy: StrategyName,
  provider: ProviderTraits = pods,
  isClusterThere = false,
): Plan {
  const imageLines = images.map((needs, i) =>
    needs === 'external'
      ? `  i${i}: { pull: docker.io/library/i${i}:1 }`
      : `  i${i}: { dockerfile: Dockerfile, needs: [${needs.map((need) => `i${need}`)}] }`,
  )
  const serviceLines = services.map(
    ({ needs }, i) => `  s${i}: { apply: s${i}.yaml, needs: [${needs.map((need) => `s${need}`)}] }`,
  )
  const config = configOf(
    [
      'project: shop',
      'images:',
      ...imageLines,
      'services:',
      ...serviceLines,
      `environments: { e2e: { services: [${services.map((_, i) => `s${i}`)}], cluster: { provider: podman } } }`,
    ].join('\n'),
  )
  const imagesOf = new Map(services.map(({ runs }, i) => [`s${i}`, runs.map((image) => `i${image}`)]))
  return assemblePlan(config, environmentOf(config, 'e2e'), strategy, {
    imagesOf,
    provider,
    isClusterThere,
    cpus: 8,
    memoryBytes: 16 * 2 ** 30,
    expectedMs: () => 0,
    memoryOf: () => 0,
  })
}

/** Everything a task waits for, near and far. */
function waitsFor(plan: Plan, id: string): Set<string> {
  const byId = new Map(plan.tasks.map((task) => [task.id, task]))
  const found = new Set<string>()
  const visit = (task: PlannedTask | undefined) => {
    for (const need of task?.needs ?? []) {
      if (found.has(need)) continue
      found.add(need)
      visit(byId.get(need))
    }
  }
  visit(byId.get(id))
  return found
}

function needsOf(plan: Plan): Record<string, readonly string[]> {
  return Object.fromEntries(plan.tasks.map(({ id, needs }) => [id, needs]))
}

const isServing = (id: string) => id.startsWith('deploy:') || id.startsWith('ready:')
const isImage = (id: string) => id.startsWith('build:') || id.startsWith('pull:')

const shop: Shape = {
  images: [[], [0], 'external'],
  services: [
    { needs: [], runs: [2] },
    { needs: [0], runs: [1] },
  ],
}

/** Any shape without cycles: an image or service needs only those before it. */
const anyShape: fc.Arbitrary<Shape> = fc
  .record({ images: fc.integer({ min: 1, max: 6 }), services: fc.integer({ min: 1, max: 6 }) })
  .chain(({ images, services }) =>
    fc.record({
      images: fc.tuple(
        ...Array.from({ length: images }, (_, i) =>
          fc.oneof(
            fc.constant('external' as const),
            fc.subarray(Array.from({ length: i }, (__, before) => before)),
          ),
        ),
      ),
      services: fc.tuple(
        ...Array.from({ length: services }, (_, i) =>
          fc.record({
            needs: fc.subarray(Array.from({ length: i }, (__, before) => before)),
            runs: fc.subarray(Array.from({ length: images }, (__, image) => image)),
          }),
        ),
      ),
    }),
  )

describe('the plan of a small shop', () => {
  test('pipelined adds nothing to what the work itself needs', () => {
    expect(needsOf(planOf(shop, 'pipelined'))).toEqual({
      'pull:i2': [],
      'build:i0': [],
      'build:i1': ['build:i0'],
      'cluster:podman': [],
      'deploy:s0': ['cluster:podman', 'pull:i2'],
      'ready:s0': ['deploy:s0'],
      'deploy:s1': ['cluster:podman', 'build:i1', 'ready:s0'],
      'ready:s1': ['deploy:s1'],
    })
  })

  test('standard has the cluster before every image', () => {
    const needs = needsOf(planOf(shop, 'standard'))
    expect(needs['build:i0']).toEqual(['cluster:podman'])
    expect(needs['build:i1']).toEqual(['build:i0', 'cluster:podman'])
    expect(needs['pull:i2']).toEqual(['cluster:podman'])
    expect(needs['cluster:podman']).toEqual([])
  })

  test('C1: hybrid has the cluster after every image, so that it never idles', () => {
    const needs = needsOf(planOf(shop, 'hybrid'))
    expect([...(needs['cluster:podman'] ?? [])].sort()).toEqual(['build:i0', 'build:i1', 'pull:i2'])
    expect(needs['build:i1']).toEqual(['build:i0'])
  })

  test('serial goes service by service', () => {
    expect(planOf(shop, 'serial').tasks.map(({ id }) => id)).toEqual([
      'cluster:podman',
      'pull:i2',
      'deploy:s0',
      'ready:s0',
      'build:i0',
      'build:i1',
      'deploy:s1',
      'ready:s1',
    ])
  })

  test('an image that no service runs is not built', () => {
    const plan = planOf({ images: [[], []], services: [{ needs: [], runs: [1] }] }, 'pipelined')
    expect(plan.tasks.map(({ id }) => id)).not.toContain('build:i0')
  })
})

describe('the plan of a small shop on nodes that have images of their own', () => {
  const needs = (strategy: StrategyName) => needsOf(planOf(shop, strategy, nodes))

  test('pipelined: an image is read when it is there, and loaded when the nodes are, before the cluster is', () => {
    expect(needs('pipelined')).toEqual({
      'pull:i2': [],
      'build:i0': [],
      'build:i1': ['build:i0'],
      'cluster:podman': [],
      'dns:podman': ['cluster:podman'],
      'nodes:podman': [],
      'layers:i2': ['pull:i2'],
      'load:i2': ['nodes:podman', 'pull:i2', 'layers:i2'],
      'layers:i1': ['build:i1'],
      'load:i1': ['nodes:podman', 'build:i1', 'layers:i1'],
      'deploy:s0': ['cluster:podman', 'dns:podman', 'load:i2'],
      'ready:s0': ['deploy:s0'],
      'deploy:s1': ['cluster:podman', 'dns:podman', 'load:i1', 'ready:s0'],
      'ready:s1': ['deploy:s1'],
    })
  })

  test('images are not read ahead of their loads where most is in the nodes already', () => {
    const there = needsOf(planOf(shop, 'pipelined', nodes, true))
    expect(there['load:i1']).toEqual(['nodes:podman', 'build:i1'])
    expect(Object.keys(there).filter((id) => id.startsWith('layers:'))).toEqual([])
  })

  test('hybrid: all builds, then the cluster, then all loads, then the services', () => {
    const {
      'cluster:podman': cluster,
      'layers:i1': layers,
      'load:i1': load,
      'deploy:s0': first,
    } = needs('hybrid')
    expect([...(cluster ?? [])].sort()).toEqual(['build:i0', 'build:i1', 'pull:i2'])
    expect(layers).toEqual(['build:i1', 'cluster:podman'])
    expect(load).toEqual(['nodes:podman', 'build:i1', 'layers:i1', 'cluster:podman'])
    expect(first).toEqual(expect.arrayContaining(['load:i1', 'load:i2']))
  })

  test('standard: the cluster, then images as they come, then the services', () => {
    const { 'build:i0': build, 'load:i1': load, 'deploy:s0': first } = needs('standard')
    expect(build).toEqual(['cluster:podman'])
    expect(load).toEqual(['nodes:podman', 'build:i1', 'layers:i1'])
    expect(first).toEqual(expect.arrayContaining(['load:i1', 'load:i2', 'build:i0']))
  })

  test('serial: a service is there before the images of the next are built', () => {
    expect(planOf(shop, 'serial', nodes).tasks.map(({ id }) => id)).toEqual([
      'cluster:podman',
      'dns:podman',
      'nodes:podman',
      'pull:i2',
      'layers:i2',
      'load:i2',
      'deploy:s0',
      'ready:s0',
      'build:i0',
      'build:i1',
      'layers:i1',
      'load:i1',
      'deploy:s1',
      'ready:s1',
    ])
  })
})

describe('every plan', () => {
  test('of the same configuration is the same', () => {
    fc.assert(
      fc.property(anyShape, fc.constantFrom(...strategyNames), (shape, strategy) => {
        expect(planOf(shape, strategy)).toEqual(planOf(shape, strategy))
      }),
      { numRuns: 20 },
    )
  })

  test('I16: has each task once, the same in every strategy, and can be done', () => {
    fc.assert(
      fc.property(anyShape, (shape) => {
        const ids = strategyNames.map((strategy) => {
          const { tasks } = planOf(shape, strategy)
          const own = tasks.map(({ id }) => id)
          expect(new Set(own).size).toBe(own.length)
          for (const need of tasks.flatMap(({ needs }) => needs)) expect(own).toContain(need)
          expect(topologicalOrder(tasks)).toHaveLength(tasks.length)
          return own.sort()
        })
        for (const other of ids) expect(other).toEqual(ids[0])
      }),
      { numRuns: 40 },
    )
  })

  test('R10: has no image that waits for a service, unless everything waits for everything', () => {
    fc.assert(
      fc.property(anyShape, fc.constantFrom('standard', 'hybrid', 'pipelined'), (shape, strategy) => {
        const plan = planOf(shape, strategy)
        for (const { id } of plan.tasks.filter((task) => isImage(task.id))) {
          expect([...waitsFor(plan, id)].filter(isServing)).toEqual([])
        }
      }),
      { numRuns: 40 },
    )
  })

  test('R2: deploys a service after its images, the cluster, and all it needs being ready', () => {
    fc.assert(
      fc.property(anyShape, fc.constantFrom(...strategyNames), (shape, strategy) => {
        const plan = planOf(shape, strategy)
        for (const [i, { needs, runs }] of shape.services.entries()) {
          const before = waitsFor(plan, `deploy:s${i}`)
          expect(before).toContain('cluster:podman')
          for (const need of needs) expect(before).toContain(`ready:s${need}`)
          for (const image of runs) {
            expect(before).toContain(`${shape.images[image] === 'external' ? 'pull' : 'build'}:i${image}`)
          }
        }
      }),
      { numRuns: 40 },
    )
  })

  test('that is serial leaves no choice of what comes next', () => {
    fc.assert(
      fc.property(anyShape, (shape) => {
        const plan = planOf(shape, 'serial')
        for (const [index, { id }] of plan.tasks.entries()) expect(waitsFor(plan, id).size).toBe(index)
      }),
      { numRuns: 40 },
    )
  })
})

test('M1: a build occupies what it takes at most, of three quarters of the memory', () => {
  expect(capacityOf({ cpus: 8, memoryBytes: 16 * 2 ** 30 })).toEqual({
    builds: 8,
    loads: 4,
    memory: 12 * 1024,
  })
  expect(capacityOf({ cpus: 1, memoryBytes: 2 ** 30 })).toMatchObject({ builds: 4, loads: 2 })
  expect(buildSlots(2 ** 20 + 1)).toEqual({ builds: 1, memory: 2 })
})
