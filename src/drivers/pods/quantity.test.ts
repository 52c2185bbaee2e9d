import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseQuantity } from './quantity.ts'

test.each<[string | number, number | undefined]>([
  ['500m', 0.5],
  ['2', 2],
  [1.5, 1.5],
  ['1.5Gi', 1.5 * 2 ** 30],
  ['129e6', 129e6],
  ['1E3', 1000],
  ['2E', 2e18],
  ['.5', 0.5],
  ['1Pi', 2 ** 50],
  ['lots', undefined],
  ['1 Gi', undefined],
  ['-1', undefined],
  ['1Kim', undefined],
  ['', undefined],
])('%s', (text, value) => {
  expect(parseQuantity(text)).toBe(value)
})

test('a whole number is itself, with or without a unit', () => {
  fc.assert(
    fc.property(fc.nat(), (n) => {
      expect(parseQuantity(`${n}`)).toBe(n)
      expect(parseQuantity(`${n}Ki`)).toBe(n * 1024)
    }),
  )
})
