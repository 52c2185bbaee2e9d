import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { ImageHost } from '../../test/rig/image-scope.ts'
import { RecordingContext } from '../../test/rig/task-context.ts'
import { writeFiles } from '../../test/rig/temp-directory.ts'
import type { TaskResult } from '../engine/task-context.ts'
import { TaskError } from '../engine/task-error.ts'
import { buildImage } from './build.ts'
import type { ImageScope } from './run-scope.ts'

function shop(): ImageHost {
  return new ImageHost(
    `
project: shop
images:
  base: { dockerfile: base/Dockerfile, context: base }
  api:
    dockerfile: api/Dockerfile
    context: api
    target: production
    platform: linux/amd64
    needs: [base]
    args: { MODE: release, BASE: "\${images.base.ref}" }
services: {}
environments: {}`,
    {
      'base/Dockerfile': 'FROM scratch\nCOPY . /\n',
      'api/Dockerfile': 'ARG BASE\nFROM $BASE AS production\n\nRUN make \\\n  all\n',
      'api/main.c': '',
    },
  )
}

async function build(
  name: string,
  scope: ImageScope,
  context: RecordingContext = new RecordingContext(),
): Promise<TaskResult> {
  const image = scope.config.images.get(name)
  if (image?.kind !== 'built') throw new Error(`${name} is not built`)
  return buildImage(image, scope, context)
}

/** Builds both, as a run does; with the outcome of the second. */
async function run(scope: ImageScope): Promise<TaskResult['outcome']> {
  await build('base', scope)
  return (await build('api', scope)).outcome
}

async function failureOf(work: Promise<unknown>): Promise<TaskError> {
  const error: unknown = await work.catch((reason: unknown) => reason)
  if (!(error instanceof TaskError)) throw new Error(`a TaskError was expected, not ${error}`)
  return error
}

describe('building an image', () => {
  test('gives the engine all that decides it, under the tag of this run', async () => {
    const host = shop()
    expect(await run(host.scope())).toBe('succeeded')
    expect(host.engine.builds[1]).toMatchObject({
      reference: 'localhost/shop/api:api-1',
      owner: 'shop-e2e-1',
      dockerfile: join(host.root, 'api/Dockerfile'),
      context: join(host.root, 'api'),
      target: 'production',
      platform: 'linux/amd64',
      args: { MODE: 'release', BASE: 'localhost/shop/base:base-1' },
      labels: {
        'dev.kindling.project': 'shop-1',
        'dev.kindling.fingerprint': expect.stringMatching(/^[0-9a-f]{64}$/),
      },
    })
  })

  test.each(['shop/base', 'shop/base:latest', 'localhost/shop/base'])(
    'I1: an image of ours is what `FROM %s` means, whatever its tag is in this run',
    async (name) => {
      const host = shop()
      writeFiles(host.root, { 'api/Dockerfile': `FROM ${name} AS production\n` })
      await run(host.scope())
      expect(host.engine.builds[1]?.baseImages.get(name)).toBe('localhost/shop/base:base-1')
    },
  )

  test('its name is written down before it is given, and can be taken back', async () => {
    const host = shop()
    const scope = host.scope()
    const context = new RecordingContext()
    host.engine.buildFailure = { stderr: 'no' }
    await failureOf(build('base', scope, context))
    expect(scope.journal.images()).toEqual(['localhost/shop/base:base-1'])
    host.engine.buildFailure = undefined
    await build('base', scope, context)
    const undo = { signal: context.signal, output: () => {}, resourceRemoved: () => {} }
    for (const action of context.undos) await action(undo)
    expect([host.engine.names(), scope.journal.images()]).toEqual([[], []])
  })

  test('its steps are told as they come', async () => {
    const host = shop()
    host.engine.buildOutput = ['STEP 1/2: FROM scratch', 'STEP 2/2: COPY . /']
    const context = new RecordingContext()
    await build('base', host.scope(), context)
    expect(context.told).toContain('COPY . / 2/2')
  })
})

describe('an image that is there already', () => {
  test('I20: is not built again, though every tag is new', async () => {
    const host = shop()
    await run(host.scope())
    expect(await run(host.scope())).toBe('reused')
    expect(host.engine.builds).toHaveLength(2)
  })

  test.each<[string, (host: ImageHost) => void, readonly string[]]>([
    ['a file of its context', (host) => writeFileSync(join(host.root, 'api/main.c'), 'x'), ['api']],
    [
      'a file of what it is built on',
      (host) => writeFileSync(join(host.root, 'base/new'), ''),
      ['base', 'api'],
    ],
  ])('is built again when %s changes', async (_, change, built) => {
    const host = shop()
    await run(host.scope())
    change(host)
    await run(host.scope())
    const again = host.engine.builds.slice(2).map(({ reference }) => reference.split(':')[1]?.split('-')[0])
    expect(again).toEqual(built)
  })

  test('I20: is built again when its Dockerfile fetches what nobody can tell to be the same', async () => {
    const host = shop()
    writeFiles(host.root, { 'api/Dockerfile': 'FROM scratch AS production\nADD https://example.com/a /a\n' })
    await run(host.scope())
    const context = new RecordingContext()
    await build('base', host.scope())
    const again = host.scope()
    await build('base', again)
    expect((await build('api', again, context)).outcome).toBe('succeeded')
    expect(context.told.join()).toContain('line 2 of the Dockerfile adds https://example.com/a')
  })

  test('is built again when that is asked for', async () => {
    const host = shop()
    await run(host.scope())
    expect(await run(host.scope({ choices: { isFresh: true } }))).toBe('succeeded')
  })

  test('I9: gets another name for another owner, so that it stays as long as anybody has it', async () => {
    const host = shop()
    await build('base', host.scope({ ownerId: 'one' }))
    const other = host.scope({ ownerId: 'two' })
    expect((await build('base', other)).outcome).toBe('reused')
    expect(host.engine.names()).toEqual(['localhost/shop/base:base-1', 'localhost/shop/base:base-2'])
    expect(other.journal.images()).toEqual(['localhost/shop/base:base-2'])
  })

  test('is not what somebody built on it, though that inherits its labels', async () => {
    const host = shop()
    await build('base', host.scope())
    const [own] = host.engine.images
    await host.engine.removeImage('localhost/shop/base:base-1')
    host.engine.add(own?.labels ?? {}, 'localhost/mine:latest')
    expect((await build('base', host.scope())).outcome).toBe('succeeded')
    expect(host.engine.builds).toHaveLength(2)
  })

  test('I16: is built once, however many want it at once', async () => {
    const host = shop()
    const owners = ['one', 'two', 'three']
    const scopes = owners.map((ownerId) => ({ ...host.scope({ ownerId }), clock: realTurns }))
    const results = await Promise.all(scopes.map((scope) => build('base', scope)))
    expect(results.map(({ outcome }) => outcome).sort()).toEqual(['reused', 'reused', 'succeeded'])
    expect(host.engine.builds).toHaveLength(1)
  })
})

/** Sleeps a turn of the event loop, however long is asked for. */
const realTurns = {
  now: () => 0,
  epochMs: () => 0,
  sleep: () => new Promise<void>((resolve) => setImmediate(resolve)),
}

describe('a build that fails', () => {
  test('says which instruction it was and where that stands', async () => {
    const host = shop()
    const scope = host.scope()
    await build('base', scope)
    host.engine.buildOutput = ['STEP 1/2: FROM localhost/shop/base:base-1', 'STEP 2/2: RUN make   all']
    host.engine.buildFailure = { exitCode: 2, stderr: 'make: no rule' }
    const { failure, isRetryable } = await failureOf(build('api', scope))
    expect(failure).toMatchObject({
      code: 'E_BUILD_FAILED',
      message: 'the build of api failed at `RUN make   all` (step 2 of 2)',
      where: 'api/Dockerfile:4:1',
      detail: 'make: no rule',
    })
    expect(isRetryable).toBe(false)
  })

  test('before its first instruction says so', async () => {
    const host = shop()
    host.engine.buildFailure = { stderr: 'Error: no such file or directory' }
    const { failure } = await failureOf(build('base', host.scope()))
    expect(failure.message).toBe('the build of base failed before its first instruction')
  })

  test.each([
    ['M1: the engine died', { exitCode: 125, stderr: 'Error: server probably quit: unexpected EOF' }, true],
    ['M1: the engine was killed', { reason: 'signal', signal: 'SIGKILL', stderr: '' }, true],
    ['M5: parallel builds met on the storage', { exitCode: 1, stderr: 'Error: layer not known' }, true],
    ['an image that does not exist', { exitCode: 125, stderr: 'Error: manifest unknown' }, false],
    ['a command of the build', { exitCode: 1, stderr: 'make: no rule' }, false],
  ])('%s: another attempt %s', async (_, failure, isRetryable) => {
    const host = shop()
    host.engine.buildFailure = failure
    expect((await failureOf(build('base', host.scope()))).isRetryable).toBe(isRetryable)
  })
})
