import fc from 'fast-check'
import { expect, test } from 'vitest'
import { divide } from './shards.ts'

const item = (name: string, durationMs: number) => ({ name, durationMs })

test('the longest comes first, and each goes to the shard that has least to do', () => {
  const items = [item('a', 1), item('b', 9), item('c', 4), item('d', 4), item('e', 2)]
  expect(
    divide(items, 2).map(({ items: own, durationMs }) => [own.map(({ name }) => name).join(''), durationMs]),
  ).toEqual([
    ['ba', 10],
    ['cde', 10],
  ])
})

test('every item is in exactly one shard, none of them is empty, and their order says nothing', () => {
  const items = fc.uniqueArray(
    fc.record({ name: fc.string({ minLength: 1 }), durationMs: fc.integer({ min: 1, max: 1_000 }) }),
    { selector: ({ name }) => name, maxLength: 20 },
  )
  fc.assert(
    fc.property(items, fc.integer({ min: 1, max: 8 }), (all, count) => {
      const shards = divide(all, count)
      expect(shards.flatMap((shard) => shard.items.map(({ name }) => name)).sort()).toEqual(
        all.map(({ name }) => name).sort(),
      )
      expect(shards.every((shard) => shard.items.length > 0)).toBe(true)
      expect(divide(all.toReversed(), count)).toEqual(shards)
      const total = all.reduce((sum, { durationMs }) => sum + durationMs, 0)
      const least = Math.max(total / count, ...all.map(({ durationMs }) => durationMs))
      const longest = Math.max(0, ...shards.map(({ durationMs }) => durationMs))
      // Graham's bound holds for the best division, which is no shorter than this.
      expect(longest).toBeLessThanOrEqual(least * 2)
    }),
  )
})
