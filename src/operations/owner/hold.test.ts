import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { temporaryDirectory } from '../../../test/rig/temp-directory.ts'
import { identify, isAlive } from '../../exec/process-tree.ts'
import { Host } from '../host.ts'
import { isHeld, isProjectIdle, withOwner } from './hold.ts'

const owner = { id: 'shop-e2e-1', projectId: 'shop-1' }
const newHost = () => new Host({ KINDLING_STATE_DIR: temporaryDirectory(), KINDLING_REAPER: 'off' })

test('two never work for one owner at once: the second is told who does and what', async () => {
  const host = newHost()
  await withOwner(host, owner, 'up', async () => {
    await expect(withOwner(host, owner, 'down', async () => {})).rejects.toMatchObject({
      code: 'E_ENVIRONMENT_BUSY',
      message: expect.stringMatching(
        new RegExp(
          `shop-e2e-1: \`kindling up\`, process ${process.pid}, since \\d\\d:\\d\\d:\\d\\d \\(.*s\\)$`,
        ),
      ),
    })
  })
  expect(await withOwner(host, owner, 'down', async () => 'done')).toBe('done')
})

test('a project is idle for an owner while nobody else of it works', async () => {
  const host = newHost()
  const other = { id: 'shop-ci-2', projectId: 'shop-1' }
  const stranger = { id: 'x', projectId: 'shop-12' }
  await withOwner(host, owner, 'up', () =>
    withOwner(host, stranger, 'up', async () => {
      expect(isProjectIdle(host, 'shop-1', owner.id)).toBe(true)
      await withOwner(host, other, 'up', async () => {
        expect(isProjectIdle(host, 'shop-1', owner.id)).toBe(false)
        expect([isHeld(host, owner), isHeld(host, other)]).toEqual([true, true])
      })
    }),
  )
  expect(isHeld(host, owner)).toBe(false)
})

test('the hold ends also when the work fails, and nothing is left of what was never recorded', async () => {
  const host = newHost()
  const failing = withOwner(host, owner, 'up', () => Promise.reject(new Error('no')))
  await expect(failing).rejects.toThrow('no')
  expect(isHeld(host, owner)).toBe(false)
  expect(existsSync(join(host.stateDirectory, 'environments', owner.id))).toBe(false)
})

test('E1: what a Kindling that was killed left running is ended before anything else', async () => {
  const host = newHost()
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], {
    detached: true,
    stdio: 'ignore',
  })
  onTestFinished(() => {
    child.kill('SIGKILL')
  })
  await once(child, 'spawn')
  const left = identify(child.pid ?? 0)
  if (left === undefined) throw new Error('the process did not start')
  host.store.journal(owner.id).append({ kind: 'process', process: left, program: 'podman' })
  await withOwner(host, owner, 'down', async () => {
    expect(isAlive(left)).toBe(false)
  })
})
