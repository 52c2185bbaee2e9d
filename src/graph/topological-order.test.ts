import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { GraphNode } from './graph-node.ts'
import { topologicalOrder } from './topological-order.ts'

const node = (id: string, ...needs: string[]): GraphNode => ({ id, needs })
const ids = (nodes: readonly GraphNode[]) => nodes.map(({ id }) => id)

test('each node comes after everything it needs', () => {
  expect(ids(topologicalOrder([node('d', 'b', 'c'), node('c', 'a'), node('b', 'a'), node('a')]))).toEqual([
    'a',
    'b',
    'c',
    'd',
  ])
})

test('a list that is already in order comes back unchanged', () => {
  const list = [node('a'), node('x'), node('c', 'a'), node('b', 'a'), node('y', 'x', 'c')]
  expect(topologicalOrder(list)).toEqual(list)
})

test('a cycle is an internal error', () => {
  expect(() => topologicalOrder([node('a', 'b'), node('b', 'a')])).toThrow('Internal error: cycle through a')
})

test('a chain of 10,000 nodes, last first, does not overflow the stack', () => {
  const chain = Array.from({ length: 10_000 }, (_, i) => node(`${i}`, ...(i > 0 ? [`${i - 1}`] : [])))
  expect(topologicalOrder(chain.toReversed())).toEqual(chain)
})

test('whatever the graph and the order of the list, needs come first and nothing is lost', () => {
  const edges = fc.array(fc.tuple(fc.nat(11), fc.nat(11)), { maxLength: 40 })
  const order = fc.shuffledSubarray(
    Array.from({ length: 12 }, (_, i) => i),
    { minLength: 12 },
  )
  fc.assert(
    fc.property(edges, order, (pairs, shuffled) => {
      const nodes = shuffled.map((i) =>
        node(`${i}`, ...pairs.filter(([from, to]) => from === i && to < from).map(([, to]) => `${to}`)),
      )
      const result = topologicalOrder(nodes)
      expect(new Set(result)).toEqual(new Set(nodes))
      expect(result).toHaveLength(nodes.length)
      const position = new Map(result.map(({ id }, i) => [id, i]))
      for (const { id, needs } of result) {
        for (const need of needs) expect(position.get(need)).toBeLessThan(position.get(id) ?? -1)
      }
    }),
  )
})
