import { expect, test } from 'vitest'
import { configChanges } from './config-changes.ts'

test.each<[string, unknown, unknown, readonly string[]]>([
  ['nothing', { a: ['1'] }, { a: ['1'] }, []],
  ['a value', { nodes: [{ image: 'a:1' }] }, { nodes: [{ image: 'a:2' }] }, ['nodes[0].image: a:1 → a:2']],
  ['a value more', {}, { networking: { ipFamily: 'dual' } }, ['networking: added (ipFamily dual)']],
  [
    'a node less',
    { nodes: [{ role: 'a' }, { role: 'b' }] },
    { nodes: [{ role: 'a' }] },
    ['nodes[1]: removed (role b)'],
  ],
  [
    'a patch, which may hold a password',
    { containerdConfigPatches: ['password = "old"'] },
    { containerdConfigPatches: ['password = "new"', 'more'] },
    ['containerdConfigPatches[0]: changed', 'containerdConfigPatches[1]: added'],
  ],
  ['a long text', { a: 'x'.repeat(100) }, { a: 'y' }, ['a: changed']],
])('%s', (_, was, is, changes) => {
  expect(configChanges(was, is)).toEqual(changes)
})
