import { expect, test } from 'vitest'
import { busyShare } from './machine-samples.ts'

test('the processors are as busy as they were between two moments, whatever was before', () => {
  expect(busyShare({ busyMs: 9_000, totalMs: 10_000 }, { busyMs: 9_500, totalMs: 12_000 })).toBe(0.25)
})

test('where no time has passed, or a counter has gone back, they were idle', () => {
  expect(busyShare({ busyMs: 5, totalMs: 10 }, { busyMs: 5, totalMs: 10 })).toBe(0)
  expect(busyShare({ busyMs: 5, totalMs: 10 }, { busyMs: 4, totalMs: 20 })).toBe(0)
})
