import { expect, test } from 'vitest'
import { keeps } from './take-down.ts'

const outcomes = ['succeeded', 'failed', 'interrupted'] as const

test('E5: what stays after tests is what --keep says', () => {
  const staying = (keep: Parameters<typeof keeps>[0], wasKnown: boolean) =>
    outcomes.filter((outcome) => keeps(keep, outcome, wasKnown))
  expect(staying('never', false)).toEqual([])
  expect(staying('on-failure', false)).toEqual(['failed'])
  expect(staying('always', false)).toEqual(['succeeded', 'failed'])
  expect(staying(undefined, false)).toEqual([])
  expect(staying('never', true)).toEqual([])
})

test('E5: what was up before stays after a Ctrl-C by --keep always as it does without it', () => {
  expect(outcomes.map((outcome) => keeps(undefined, outcome, true))).toEqual([true, true, true])
  expect(outcomes.map((outcome) => keeps('always', outcome, true))).toEqual([true, true, true])
})
