import fc from 'fast-check'
import { expect, test } from 'vitest'
import { findCycle } from './find-cycle.ts'
import type { GraphNode } from './graph-node.ts'

const node = (id: string, ...needs: string[]): GraphNode => ({ id, needs })

test('a graph without a cycle has none', () => {
  // a <-- b <-- d
  // ^---- c <---'
  expect(findCycle([node('a'), node('b', 'a'), node('c', 'a'), node('d', 'b', 'c')])).toBeUndefined()
})

test('a node that needs itself is a cycle of one', () => {
  expect(findCycle([node('a'), node('b', 'a', 'b')])).toEqual(['b'])
})

test('of several cycles a shortest is told, each id needing the next', () => {
  const nodes = [node('a', 'b'), node('b', 'c'), node('c', 'a', 'd'), node('d', 'e'), node('e', 'd')]
  expect(findCycle(nodes)).toEqual(['d', 'e'])
})

test('needs outside the list do not matter', () => {
  expect(findCycle([node('a', 'elsewhere')])).toBeUndefined()
})

test('a ring of 10,000 nodes behind a chain of 10,000 is found', () => {
  const ring = Array.from({ length: 10_000 }, (_, i) => node(`r${i}`, `r${(i + 1) % 10_000}`))
  const chain = Array.from({ length: 10_000 }, (_, i) => node(`c${i}`, i === 0 ? 'r0' : `c${i - 1}`))
  expect(findCycle([...chain, ...ring])).toHaveLength(10_000)
})

test('whatever the graph, the cycle found is one, and none is shorter', () => {
  const size = 7
  const edges = fc.array(fc.tuple(fc.nat(size - 1), fc.nat(size - 1)), { maxLength: 16 })
  fc.assert(
    fc.property(edges, (pairs) => {
      const nodes = Array.from({ length: size }, (_, i) =>
        node(`${i}`, ...pairs.filter(([from]) => from === i).map(([, to]) => `${to}`)),
      )
      const cycle = findCycle(nodes)
      expect(cycle?.length).toBe(girth(size, pairs))
      cycle?.forEach((id, i) => {
        expect(nodes[Number(id)]?.needs).toContain(cycle[(i + 1) % cycle.length])
      })
    }),
  )
})

/** The length of a shortest cycle, the slow and certain way: all distances by Floyd and Warshall. */
function girth(size: number, pairs: readonly (readonly [number, number])[]): number | undefined {
  const all = Array.from({ length: size }, (_, i) => i)
  const distance = new Map<string, number>()
  const between = (from: number, to: number) => distance.get(`${from}-${to}`) ?? Number.POSITIVE_INFINITY
  for (const [from, to] of pairs) distance.set(`${from}-${to}`, 1)
  for (const via of all) {
    for (const from of all) {
      for (const to of all) {
        distance.set(`${from}-${to}`, Math.min(between(from, to), between(from, via) + between(via, to)))
      }
    }
  }
  const shortest = Math.min(...all.map((i) => between(i, i)))
  return Number.isFinite(shortest) ? shortest : undefined
}
