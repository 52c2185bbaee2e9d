import { expect, test } from 'vitest'
import { parseSince } from './since.ts'

const nowMs = Date.parse('2026-01-31T08:00:00Z')

test('a duration is counted back from now, a time is taken as it is', () => {
  expect(parseSince('10m', undefined, nowMs)).toBe('2026-01-31T07:50:00.000Z')
  expect(parseSince('2026-01-31T09:00:00+02:00', undefined, nowMs)).toBe('2026-01-31T07:00:00.000Z')
})

test.each(['10', 'yesterday', '2026-01-31', '2026-13-41T08:00:00Z', ''])('%o is refused', (text) => {
  expect(() => parseSince(text)).toThrow('must be a duration')
})
