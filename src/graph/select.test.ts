import { expect, test } from 'vitest'
import { select } from './select.ts'

const nodes = [
  { id: 'a', needs: [] },
  { id: 'b', needs: ['a'] },
  { id: 'c', needs: ['a'] },
  { id: 'd', needs: ['b'] },
]
const ids = (goals: readonly string[]) => select(nodes, goals).map(({ id }) => id)

test('a goal comes with everything it needs, in the order of the list', () => {
  expect(ids(['d'])).toEqual(['a', 'b', 'd'])
})

test('what several goals share comes once', () => {
  expect(ids(['d', 'c'])).toEqual(['a', 'b', 'c', 'd'])
})

test('no goals select nothing, and unknown ones do not matter', () => {
  expect(ids([])).toEqual([])
  expect(ids(['x'])).toEqual([])
})

test('a chain of 10,000 nodes does not overflow the stack', () => {
  const chain = Array.from({ length: 10_000 }, (_, i) => ({ id: `${i}`, needs: i > 0 ? [`${i - 1}`] : [] }))
  expect(select(chain, ['9999'])).toEqual(chain)
})
