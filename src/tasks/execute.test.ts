import { expect, test } from 'vitest'
import { ImageHost } from '../../test/rig/image-scope.ts'
import { RecordingContext } from '../../test/rig/task-context.ts'
import { failureOf } from '../engine/task-failures.ts'
import { CommandError } from '../exec/command-error.ts'
import type { ImageTask } from '../plan/plan.ts'
import { executeImageTask } from './execute.ts'

const yaml = `
project: shop
images:
  api: { dockerfile: Dockerfile }
services: {}
environments: {}`

async function failing(error: Error) {
  const host = new ImageHost(yaml, { Dockerfile: 'FROM scratch\n' })
  host.engine.findImages = () => Promise.reject(error)
  const task: ImageTask = {
    kind: 'build',
    id: 'build:api',
    phase: 'build',
    image: 'api',
    needs: [],
    slots: {},
    expectedMs: 0,
  }
  return executeImageTask(task, host.scope(), new RecordingContext()).then(() => undefined, failureOf)
}

test('a tool that fails where nobody expects it is told in its words, with the command to repeat', async () => {
  const error = new CommandError({
    command: { program: 'podman', args: ['images', '--format', 'json'] },
    reason: 'exit',
    exitCode: 125,
    durationMs: 5,
    tail: 'Error: database is locked',
    stderr: 'Error: database is locked',
  })
  expect(await failing(error)).toMatchObject({
    code: 'E_COMMAND_FAILED',
    message: 'podman exited with code 125',
    where: 'podman images --format json',
    detail: 'Error: database is locked',
  })
})

test('a disk that became full is told as one, and is no bug', async () => {
  const error = Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' })
  expect(await failing(error)).toMatchObject({
    code: 'E_NO_SPACE',
    message: 'ENOSPC: no space left on device, write',
    hint: expect.stringContaining('TMPDIR'),
  })
})

test('a file that may not be read is told with its path, and is no bug', async () => {
  const words = "EACCES: permission denied, open '/shop/pgdata/PG_VERSION'"
  const error = Object.assign(new Error(words), { code: 'EACCES', path: '/shop/pgdata/PG_VERSION' })
  expect(await failing(error)).toMatchObject({
    code: 'E_NO_ACCESS',
    message: words,
    where: '/shop/pgdata/PG_VERSION',
    hint: expect.stringContaining('.dockerignore'),
  })
})

test('a bug stays a bug', async () => {
  expect(await failing(new TypeError('x is no function'))).toMatchObject({ code: 'E_INTERNAL' })
})
