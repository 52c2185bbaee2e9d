import { expect, test } from 'vitest'
import { coveredMs, gapsMs } from './intervals.ts'

const overlapping = [
  { startMs: 40, endMs: 60 },
  { startMs: 10, endMs: 30 },
  { startMs: 20, endMs: 25 },
]

test('what several intervals cover counts once', () => {
  expect(coveredMs(overlapping)).toBe(40)
  expect(coveredMs([])).toBe(0)
})

test('gaps are what none of them covers, up to the end of the last', () => {
  expect(gapsMs(5, overlapping)).toEqual([5, 10])
  expect(gapsMs(10, overlapping)).toEqual([10])
  expect(gapsMs(5, [])).toEqual([])
})
