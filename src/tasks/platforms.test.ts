import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { ImageHost } from '../../test/rig/image-scope.ts'
import { RecordingContext } from '../../test/rig/task-context.ts'
import { temporaryDirectory, writeFiles } from '../../test/rig/temp-directory.ts'
import type { TaskResult } from '../engine/task-context.ts'
import { TaskError } from '../engine/task-error.ts'
import { parseManifest } from '../images/archive-manifest.ts'
import { assembleBuildPlan, type BuildGoals } from '../plan/build-plan.ts'
import { machinePlatform } from '../util/platform.ts'
import { executeImageTask } from './execute.ts'
import type { ImageScope } from './run-scope.ts'

const other = machinePlatform === 'linux/arm64' ? 'linux/amd64' : 'linux/arm64'
const platforms = [machinePlatform, other]
const suffix = (platform: string) => platform.replace('/', '-')

const yaml = `
project: shop
images:
  node: { pull: "node:20" }
  base: { dockerfile: base/Dockerfile, context: base, args: { NODE: "\${images.node.ref}" } }
  api: { dockerfile: api/Dockerfile, context: api }
services: {}
environments: {}`

function shop(): ImageHost {
  const host = new ImageHost(yaml.replace('context: api }', 'context: api, needs: [base] }'), {
    'base/Dockerfile': 'ARG NODE\nFROM $NODE\n',
    'api/Dockerfile': 'FROM shop/base\nCOPY main.c /\n',
    'api/main.c': '',
  })
  host.engine.platforms = platforms
  return host
}

/** Runs all tasks of a build one after another. */
async function run(
  scope: ImageScope,
  goals: Partial<BuildGoals> = {},
  context: RecordingContext = new RecordingContext(),
): Promise<Record<string, TaskResult['outcome']>> {
  const facts = { cpus: 2, memoryBytes: 2 ** 33, expectedMs: () => 0, memoryOf: () => 0 }
  const outcomes: Record<string, TaskResult['outcome']> = {}
  const plan = assembleBuildPlan(scope.config, { images: ['api'], platforms, ...goals }, facts)
  for (const task of plan.tasks) {
    if (task.kind !== 'load') outcomes[task.id] = (await executeImageTask(task, scope, context)).outcome
  }
  return outcomes
}

async function failureOf(work: Promise<unknown>): Promise<TaskError> {
  const error: unknown = await work.catch((reason: unknown) => reason)
  if (!(error instanceof TaskError)) throw new Error(`a TaskError was expected, not ${error}`)
  return error
}

describe('an image for several platforms', () => {
  test('is built for each on the base for that one, under a name that tells it', async () => {
    const host = shop()
    await run(host.scope())
    const builds = host.engine.builds.filter(({ reference }) => reference.includes('/api:'))
    expect(
      builds.map(({ platform, reference, baseImages }) => [platform, reference, baseImages.get('shop/base')]),
    ).toEqual(
      platforms.map((platform) => [
        platform,
        `localhost/shop/api:api-1-${suffix(platform)}`,
        `localhost/shop/base:base-1-${suffix(platform)}`,
      ]),
    )
  })

  test('goes by one name, which means here the one for this machine', async () => {
    const host = shop()
    const scope = host.scope()
    await run(scope)
    const id = await host.engine.imageId('localhost/shop/api:api-1')
    expect(id).toBe(await host.engine.imageId(`localhost/shop/api:api-1-${suffix(machinePlatform)}`))
    expect(scope.provided.get('api')).toMatchObject({ reference: 'localhost/shop/api:api-1', id })
  })

  test('I20: has a fingerprint for each platform: what is unchanged is reused, each by itself', async () => {
    const host = shop()
    await run(host.scope())
    expect(await run(host.scope())).toMatchObject({
      [`build:api@${machinePlatform}`]: 'reused',
      [`build:api@${other}`]: 'reused',
    })
    const third = host.scope()
    await host.engine.removeImage(`localhost/shop/api:api-1-${suffix(other)}`)
    await host.engine.removeImage(`localhost/shop/api:api-2-${suffix(other)}`)
    expect(await run(third)).toMatchObject({
      [`build:api@${machinePlatform}`]: 'reused',
      [`build:api@${other}`]: 'succeeded',
    })
  })

  test('leaves nothing once all its names are taken back', async () => {
    const host = shop()
    const scope = host.scope()
    const context = new RecordingContext()
    await run(scope, {}, context)
    expect(scope.journal.images()).toHaveLength(6)
    for (const reference of scope.journal.images()) await host.engine.removeImage(reference)
    // What was pulled is remembered, and so goes with `gc --all`.
    expect(host.engine.names()).toEqual(host.pulled)
  })

  test('is uploaded as a list of its parts', async () => {
    const host = shop()
    await run(host.scope(), { registry: 'registry.example.com/' })
    const target = 'registry.example.com/shop/api:api-1'
    expect(host.engine.pushes).toEqual([])
    expect([...host.engine.lists]).toEqual([
      [target, platforms.map((platform) => `${target}-${suffix(platform)}`)],
    ])
  })

  test('is archived as the one for this machine, by its own fingerprint', async () => {
    const host = shop()
    const scope = host.scope()
    const directory = join(temporaryDirectory(), 'images')
    await run(scope, { exportTo: directory })
    const manifest = parseManifest(readFileSync(join(directory, 'kindling-images.json'), 'utf8'))
    expect('images' in manifest && manifest.images.find(({ name }) => name === 'api')).toMatchObject({
      platform: machinePlatform,
      reference: 'localhost/shop/api:api-1',
      fingerprint: scope.provided.get(`api@${machinePlatform}`)?.fingerprint,
    })
  })
})

describe('an external image for a platform', () => {
  test('I10: is fetched under a name of ours, and its own name stays what it is', async () => {
    const host = shop()
    const local = host.engine.add({}, 'docker.io/library/node:20')
    const scope = host.scope()
    await run(scope)
    expect(await host.engine.imageId('docker.io/library/node:20')).toBe(local)
    expect(host.engine.pulls).toEqual([`docker.io/library/node:20 for ${other}`])
    const name = `localhost/kindling-pulled/docker-io/library/node:20-${suffix(other)}`
    expect(host.pulled).toEqual([name])
    const bases = host.engine.builds.filter(({ reference }) => reference.includes('/base:'))
    expect(bases.map(({ args }) => args.NODE)).toEqual(['docker.io/library/node:20', name])
    expect(await run(host.scope())).toMatchObject({ [`pull:node@${other}`]: 'reused' })
  })

  test('I12: that there is none for is an error, which says so', async () => {
    const host = shop()
    host.engine.platforms = [machinePlatform]
    const { failure } = await failureOf(run(host.scope()))
    expect(failure).toMatchObject({
      code: 'E_PULL_FAILED',
      message: `there is no docker.io/library/node:20 for ${other}`,
    })
  })
})

test('a platform whose programs cannot run here fails with a hint, and is not tried again', async () => {
  const host = shop()
  writeFiles(host.root, { 'api/Dockerfile': 'FROM scratch\nRUN make\n' })
  host.engine.buildOutput = ['STEP 2/2: RUN make']
  host.engine.buildFailure = {
    stderr: 'exec /bin/sh: exec format error\nError: building at STEP "RUN make": exit status 1',
  }
  const error = await failureOf(run(host.scope(), { platforms: [other, 'linux/s390x'] }))
  expect(error.failure).toMatchObject({ code: 'E_BUILD_FAILED', hint: expect.stringContaining(other) })
  expect(error.failure.hint).toContain('qemu-user-static')
  expect(error.isRetryable).toBe(false)
})

describe('an export that fails', () => {
  test('is told with a code and a hint', async () => {
    const host = shop()
    const file = join(temporaryDirectory({ file: 'in the way' }), 'file')
    const { failure } = await failureOf(run(host.scope(), { exportTo: join(file, 'images') }))
    expect(failure).toMatchObject({ code: 'E_EXPORT_FAILED', detail: expect.stringContaining('ENOTDIR') })
    expect(failure.hint).toContain('name a directory')
  })
})
