import { expect, test } from 'vitest'
import { transitiveReduction } from './transitive-reduction.ts'

test('a need that follows from another is left out', () => {
  const reduced = transitiveReduction([
    { id: 'd', needs: ['a', 'b', 'c'] },
    { id: 'c', needs: ['a', 'b'] },
    { id: 'b', needs: ['a'] },
    { id: 'a', needs: [] },
  ])
  expect(Object.fromEntries(reduced)).toEqual({ a: [], b: ['a'], c: ['b'], d: ['c'] })
})

test('two ways to the same node both stay', () => {
  const reduced = transitiveReduction([
    { id: 'a', needs: [] },
    { id: 'b', needs: ['a'] },
    { id: 'c', needs: ['a'] },
    { id: 'd', needs: ['b', 'c'] },
  ])
  expect(reduced.get('d')).toEqual(['b', 'c'])
})
