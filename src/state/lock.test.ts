import { existsSync, rmdirSync } from 'node:fs'
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { temporaryDirectory } from '../../test/rig/temp-directory.ts'
import { deferred } from '../util/deferred.ts'
import { withLock } from './lock.ts'

test('actions under one name come one after another', async () => {
  const directory = temporaryDirectory()
  const told: string[] = []
  const action = (name: string) => async () => {
    told.push(`${name} begins`)
    await new Promise((resolve) => setImmediate(resolve))
    told.push(`${name} ends`)
  }
  await Promise.all(['a', 'b', 'c'].map((name) => withLock(directory, 'ports', action(name))))
  expect(told.filter((_, index) => index % 2 === 0).map((line) => line.replace('begins', 'ends'))).toEqual(
    told.filter((_, index) => index % 2 === 1),
  )
})

test('locks of two names in one directory know nothing of each other', async () => {
  const directory = temporaryDirectory()
  const isInner = deferred<void>()
  const mayEnd = deferred<void>()
  const outer = withLock(directory, 'ports', () => isInner.promise)
  const inner = withLock(directory, 'pulled', async () => {
    isInner.resolve()
    await mayEnd.promise
  })
  await outer
  mayEnd.resolve()
  await inner
  for (const name of ['ports', 'pulled']) expect(existsSync(join(directory, `${name}.lock`))).toBe(false)
})

test('a lock is free again after an action that failed', async () => {
  const directory = temporaryDirectory()
  await expect(withLock(directory, 'x', () => Promise.reject(new Error('no')))).rejects.toThrow('no')
  expect(await withLock(directory, 'x', () => 'yes')).toBe('yes')
})

test('who finds its lock gone, having been stopped for long, finishes what it is at', async () => {
  const directory = temporaryDirectory()
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  onTestFinished(() => void vi.useRealTimers())
  const action = async () => {
    rmdirSync(join(directory, 'ports.lock'))
    // It looks again after a while.
    await vi.advanceTimersByTimeAsync(5_000)
    for (let look = 0; look < 50; look++) await stat(directory)
    return 'finished'
  }
  expect(await withLock(directory, 'ports', action)).toBe('finished')
})

test('a lock that is kept for too long is told with its path', async () => {
  const directory = temporaryDirectory()
  const once = { retries: 0, factor: 1, minTimeout: 1, maxTimeout: 1 }
  await withLock(directory, 'ports', async () => {
    const second = withLock(directory, 'ports', () => {}, once)
    await expect(second).rejects.toThrow(`has kept the lock ${directory}/ports.lock`)
  })
  expect(await withLock(directory, 'ports', () => 'free again', once)).toBe('free again')
})
