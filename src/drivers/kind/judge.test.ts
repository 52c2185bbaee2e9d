import { expect, test } from 'vitest'
import type { EffectiveKindConfig } from './cluster-config/merge-config.ts'
import { judge } from './judge.ts'
import type { Mark } from './mark.ts'
import type { KindNode } from './nodes.ts'

const wanted: EffectiveKindConfig = {
  yaml: '',
  hash: 'a',
  content: { nodes: [{ image: 'node:1' }] },
  nodeNames: ['shop-control-plane'],
  hostPorts: [],
}
const node: KindNode = {
  id: '1',
  name: 'shop-control-plane',
  role: 'control-plane',
  status: 'running',
  mark: '/mark',
}
const mark: Mark = { ...wanted, cluster: 'shop', state: 'complete' }

test.each<[string, readonly KindNode[], Mark | undefined, unknown]>([
  ['no nodes', [], mark, { verdict: 'absent' }],
  ['all as it should be', [node], mark, { verdict: 'running' }],
  ['no mark', [node], undefined, { verdict: 'broken' }],
  ['the mark of another cluster', [node], { ...mark, cluster: 'other' }, { verdict: 'broken' }],
  ['a creation that did not end', [node], { ...mark, state: 'creating' }, { verdict: 'broken' }],
  [
    'a node too few',
    [node],
    { ...mark, nodeNames: ['shop-control-plane', 'shop-worker'] },
    { verdict: 'broken', reason: 'the cluster shop has lost its node shop-worker' },
  ],
  [
    'a node that has ended, whatever else has changed',
    [{ ...node, status: 'exited' }],
    { ...mark, hash: 'b' },
    { verdict: 'broken', reason: 'the cluster shop does not run: shop-control-plane is exited' },
  ],
  [
    'another image',
    [node],
    { ...mark, hash: 'b', content: { nodes: [{ image: 'node:0' }] } },
    { verdict: 'changed', changes: ['nodes[0].image: node:0 → node:1'] },
  ],
])('%s', (_, nodes, of, judgement) => {
  expect(judge('shop', nodes, of, wanted)).toMatchObject(judgement as object)
})
