import { expect, test } from 'vitest'
import { formatDuration } from './duration.ts'

test.each([
  [0, '0.0s'],
  [-5, '0.0s'],
  [380, '0.4s'],
  [12_345, '12.3s'],
  [59_949, '59.9s'],
  [125_000, '2m 05s'],
  [3_599_000, '59m 59s'],
  [3_720_000, '1h 02m'],
])('%d ms reads %s', (ms, text) => {
  expect(formatDuration(ms)).toBe(text)
})

test('rounding never gives 60 seconds or 60 minutes', () => {
  expect(formatDuration(59_960)).toBe('1m 00s')
  expect(formatDuration(3_599_900)).toBe('1h 00m')
  expect(formatDuration(7_199_000)).toBe('2h 00m')
})
