import { expect, test } from 'vitest'
import { durationPattern, parseDuration, parseSize, sizePattern } from './units.ts'

test.each([
  ['500ms', 500],
  ['30s', 30_000],
  ['10m', 600_000],
  ['1h', 3_600_000],
])('%s is %i milliseconds', (text, expected) => {
  expect(parseDuration(text)).toBe(expected)
})

test.each(['', '0s', '10', '10 m', '1m30s', '-5s', '1.5h', 's'])('%j is no duration', (text) => {
  expect(durationPattern.test(text)).toBe(false)
  expect(() => parseDuration(text)).toThrow('Internal error')
})

test.each([
  ['1GiB', 1_073_741_824],
  ['512MiB', 536_870_912],
  ['1.5GiB', 1_610_612_736],
  ['0.5KiB', 512],
  ['7B', 7],
])('%s is %i bytes', (text, expected) => {
  expect(parseSize(text)).toBe(expected)
})

test.each(['', '0GiB', '0.0GiB', '1GB', '1 GiB', '512', 'GiB', '-1MiB'])('%j is no size', (text) => {
  expect(sizePattern.test(text)).toBe(false)
})
