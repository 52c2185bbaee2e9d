import { expect, test } from 'vitest'
import { validateGraph } from './validate-graph.ts'

test('a sound graph has no problems', () => {
  expect(
    validateGraph([
      { id: 'a', needs: [] },
      { id: 'b', needs: ['a'] },
    ]),
  ).toEqual([])
})

test('all problems are told at once: ids used twice, needs that do not exist, a cycle', () => {
  const problems = validateGraph([
    { id: 'a', needs: ['b'] },
    { id: 'b', needs: ['a', 'x'] },
    { id: 'c', needs: ['y'] },
    { id: 'c', needs: [] },
  ])
  expect(problems).toEqual([
    { type: 'duplicate', id: 'c' },
    { type: 'missing', id: 'b', need: 'x' },
    { type: 'missing', id: 'c', need: 'y' },
    { type: 'cycle', path: ['a', 'b'] },
  ])
})
