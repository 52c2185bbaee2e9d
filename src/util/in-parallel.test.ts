import { expect, test } from 'vitest'
import { deferred } from './deferred.ts'
import { inParallel } from './in-parallel.ts'

test('at most so many are under way, and the next one starts when one has ended', async () => {
  const started: number[] = []
  const ends = [0, 1, 2, 3].map(() => deferred<void>())
  const all = inParallel(2, [0, 1, 2, 3], (item) => {
    started.push(item)
    return ends[item]?.promise ?? Promise.resolve()
  })
  expect(started).toEqual([0, 1])
  ends[1]?.resolve()
  await expect.poll(() => started).toEqual([0, 1, 2])
  for (const end of ends) end.resolve()
  await all
  expect(started).toEqual([0, 1, 2, 3])
})

test('a rejection is that of the whole', async () => {
  await expect(inParallel(2, [1], () => Promise.reject(new Error('no')))).rejects.toThrow('no')
})
