import { expect, test } from 'vitest'
import { keepUntil } from './keep.ts'

const now = 1_000_000
const day = 24 * 3_600_000

test('what tests leave is wanted for a day, or for as long as is said', () => {
  expect(keepUntil({ keep: 'always' }, undefined, now)).toBe(now + day)
  expect(keepUntil({ keep: 'on-failure', keepForMs: 5 }, undefined, now)).toBe(now + 5)
  expect(keepUntil({ keep: 'always' }, { keepUntil: now + 5 }, now)).toBe(now + day)
})

test('what was up before keeps the time it had, and gets none that nobody asked for', () => {
  expect(keepUntil({}, { keepUntil: now + 5 }, now)).toBe(now + 5)
  expect(keepUntil({}, {}, now)).toBeUndefined()
  expect(keepUntil({ keep: 'always' }, {}, now)).toBeUndefined()
  expect(keepUntil({ keepForMs: 5 }, {}, now)).toBe(now + 5)
})
