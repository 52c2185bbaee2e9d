import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { FakeExec, type FakePrograms } from '../../test/rig/fake-exec.ts'
import { ImageHost } from '../../test/rig/image-scope.ts'
import { RecordingContext } from '../../test/rig/task-context.ts'
import { transcript } from '../../test/rig/transcript.ts'
import type { TaskResult } from '../engine/task-context.ts'
import { TaskError } from '../engine/task-error.ts'
import { pullImage } from './pull.ts'

const reference = 'docker.io/library/postgres:16'
const unreachable = { stderr: transcript('pull-unreachable.stderr.txt') }
const denied = {
  stderr: 'Error: initializing source docker://postgres:16: reading manifest 16: manifest unknown',
}

function shop(rootfs: string): ImageHost {
  return new ImageHost(
    `project: shop\nimages: { db: { pull: postgres:16${rootfs} } }\nservices: {}\nenvironments: {}`,
    { 'make-root.sh': 'echo tar' },
  )
}

const withRootfs = ', rootfs: [sh, make-root.sh]'

async function pull(
  host: ImageHost,
  programs?: FakePrograms,
): Promise<TaskResult & { exec: FakeExec; provided: string }> {
  const exec = new FakeExec(programs)
  const scope = host.scope({ exec })
  const image = scope.config.images.get('db')
  if (image?.kind !== 'external') throw new Error('db is not external')
  const result = await pullImage(image, scope, new RecordingContext())
  return { ...result, exec, provided: scope.provided.get('db')?.reference ?? '' }
}

async function failureOf(work: Promise<unknown>): Promise<TaskError['failure']> {
  const error: unknown = await work.catch((reason: unknown) => reason)
  if (!(error instanceof TaskError)) throw new Error(`a TaskError was expected, not ${error}`)
  return error.failure
}

describe('an external image', () => {
  test('I13: that is there is neither pulled nor remembered as ours', async () => {
    const host = shop('')
    host.engine.add({}, reference)
    expect(await pull(host)).toMatchObject({ outcome: 'reused', provided: reference })
    expect([host.engine.pulls, host.pulled]).toEqual([[], []])
  })

  test('that is not there is pulled, and remembered as pulled by us', async () => {
    const host = shop(withRootfs)
    expect(await pull(host)).toMatchObject({ outcome: 'succeeded', provided: reference })
    expect([host.engine.pulls, host.pulled]).toEqual([[reference], [reference]])
  })
})

describe('without a registry', () => {
  test('it is made from its root file system, once', async () => {
    const host = shop(withRootfs)
    host.engine.pullFailure = unreachable
    const first = await pull(host)
    expect(first).toMatchObject({
      outcome: 'succeeded',
      provided: expect.stringMatching(/^localhost\/kindling-base\/db:[0-9a-f]{12}$/),
    })
    expect(first.exec.commands).toEqual([{ program: 'sh', args: ['make-root.sh'], cwd: host.root }])
    expect(host.engine.images[0]?.labels).toMatchObject({ 'dev.kindling.base': 'true' })
    expect(host.pulled).toEqual([])
    const second = await pull(host)
    expect(second).toMatchObject({ outcome: 'reused', provided: first.provided })
    expect([host.engine.pulls.length, second.exec.commands]).toEqual([1, []])
  })

  test('it is made anew when the script has changed', async () => {
    const host = shop(withRootfs)
    host.engine.pullFailure = unreachable
    const { provided } = await pull(host)
    writeFileSync(join(host.root, 'make-root.sh'), 'echo other')
    expect(await pull(host)).not.toMatchObject({ provided })
  })

  test('and without a root file system it fails, with what can be done', async () => {
    const host = shop('')
    host.engine.pullFailure = unreachable
    expect(await failureOf(pull(host))).toMatchObject({
      code: 'E_PULL_FAILED',
      message: `${reference} could not be pulled`,
      hint: expect.stringContaining('`rootfs`'),
      detail: expect.stringContaining('connection refused'),
    })
  })

  test('a script that fails is told in its own words, and its file does not stay', async () => {
    const host = shop(withRootfs)
    host.engine.pullFailure = unreachable
    let tar = ''
    const work = pull(host, (_, { stdoutFile = '' }) => {
      tar = stdoutFile
      writeFileSync(tar, 'half')
      return { exitCode: 1, stderr: 'debootstrap: not found' }
    })
    expect(await failureOf(work)).toMatchObject({ code: 'E_ROOTFS_FAILED', detail: 'debootstrap: not found' })
    expect([tar === '', existsSync(tar)]).toEqual([false, false])
  })
})

test('I5: a registry that says no is an error, also where there is a root file system', async () => {
  const host = shop(withRootfs)
  host.engine.pullFailure = denied
  expect(await failureOf(pull(host))).toMatchObject({
    code: 'E_PULL_FAILED',
    hint: expect.stringContaining('check the name and tag'),
  })
  expect(host.engine.names()).toEqual([])
})
