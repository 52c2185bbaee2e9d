import { expect, test } from 'vitest'
import { SlotPool } from './slot-pool.ts'

test('slots without a capacity are unlimited, and an amount of 0 asks for nothing', () => {
  const pool = new SlotPool({ cpu: 4 })
  expect(pool.demand({ cpu: 0, disk: 99 })).toEqual([])
  expect(pool.demand({ cpu: 3, disk: 99 })).toEqual([['cpu', 3]])
})

test('what asks for more than there is fits exactly when nobody else is there, fractions or not', () => {
  const pool = new SlotPool({ memory: 0.7 })
  const large = pool.demand({ memory: 7 })
  const small = [0.2, 0.1].map((memory) => pool.demand({ memory }))
  for (const demand of small) pool.take(demand)
  expect(pool.fits(large)).toBe(false)
  for (const demand of small) pool.giveBack(demand)
  expect(pool.fits(large)).toBe(true)
})

test('names like those of inherited properties are names like any other', () => {
  const pool = new SlotPool({ constructor: 1 })
  expect(pool.demand({ constructor: 2, toString: 1 })).toEqual([['constructor', 1]])
})

test.each([0, -1, Number.NaN])('a capacity of %d is refused', (cpu) => {
  expect(() => new SlotPool({ cpu })).toThrow(`The capacity of slot cpu must be more than 0, not ${cpu}`)
})

test('M1: a narrowed slot has half of its capacity, never less than one task needs, and is whole again in the end', () => {
  const pool = new SlotPool({ builds: 8 })
  const two = pool.demand({ builds: 2 })
  for (let taken = 0; taken < 4; taken++) pool.take(two)
  expect(pool.narrow('builds')).toBe(4)
  pool.giveBack(two)
  expect(pool.fits(two)).toBe(false)
  pool.giveBack(two)
  pool.giveBack(two)
  expect(pool.fits(two)).toBe(true)
  expect(pool.narrow('builds')).toBe(2)
  expect(pool.narrow('builds')).toBeUndefined()
  pool.giveBack(two)
  expect(pool.fits(pool.demand({ builds: 2 }))).toBe(true)
  expect(pool.narrow('unknown')).toBeUndefined()
})
