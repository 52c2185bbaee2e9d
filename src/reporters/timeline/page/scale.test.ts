import { expect, test } from 'vitest'
import { formatTick, stepFrom, ticksBetween } from './scale.ts'

test('steps are those that people count in', () => {
  expect([0.3, 7, 20, 130, 900, 1_001, 12_000, 40_000, 200_000, 1e9].map(stepFrom)).toEqual([
    ...[1, 10, 20, 200, 1_000, 2_000, 15_000, 60_000, 300_000, 86_400_000],
  ])
})

test('ticks are the multiples of the step in the window', () => {
  expect(ticksBetween(950, 3_000, 1_000)).toEqual([1_000, 2_000, 3_000])
  expect(ticksBetween(0, 0, 5)).toEqual([0])
  expect(ticksBetween(6, 9, 5)).toEqual([])
})

test('a tick is no finer than the step', () => {
  const told = [
    [0, 10],
    [250, 50],
    [1_250, 50],
    [12_500, 500],
    [30_000, 5_000],
    [125_000, 5_000],
    [62_500, 500],
    [3_723_000, 60_000],
  ] as const
  expect(told.map(([ms, step]) => formatTick(ms, step))).toEqual([
    ...['0s', '250ms', '1.25s', '12.5s', '30s', '2:05', '1:02.5', '1:02:03'],
  ])
})
