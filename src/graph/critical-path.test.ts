import fc from 'fast-check'
import { expect, test } from 'vitest'
import { criticalPath } from './critical-path.ts'
import { remainingPaths } from './remaining-paths.ts'

interface Weighted {
  readonly id: string
  readonly needs: readonly string[]
  readonly weight: number
}
const node = (id: string, weight: number, ...needs: string[]): Weighted => ({ id, needs, weight })
const weight = (of: Weighted) => of.weight

// build(30) ---.
//              load(5) --- ready(10)
// cluster(20) -'
const diamond = [
  node('build', 30),
  node('cluster', 20),
  node('load', 5, 'build', 'cluster'),
  node('ready', 10, 'load'),
]

test('the remaining path of a node is its own weight and the heaviest way on', () => {
  expect([...remainingPaths(diamond, weight)].sort()).toEqual([
    ['build', 45],
    ['cluster', 35],
    ['load', 15],
    ['ready', 10],
  ])
})

test('the critical path is the heaviest way through the graph', () => {
  const { path, length } = criticalPath(diamond, weight)
  expect(path.map(({ id }) => id)).toEqual(['build', 'load', 'ready'])
  expect(length).toBe(45)
})

test('the critical path of nothing is empty', () => {
  expect(criticalPath([], weight)).toEqual({ path: [], length: 0 })
})

test('a path starts at a source also where nothing has a weight', () => {
  const { path } = criticalPath([node('b', 0, 'a'), node('a', 0)], weight)
  expect(path.map(({ id }) => id)).toEqual(['a', 'b'])
})

test('a chain of 10,000 nodes does not overflow the stack', () => {
  const chain = Array.from({ length: 10_000 }, (_, i) => node(`${i}`, 1, ...(i > 0 ? [`${i - 1}`] : [])))
  expect(criticalPath(chain.toReversed(), weight).length).toBe(10_000)
  expect(criticalPath(chain, weight).path).toHaveLength(10_000)
})

test('whatever the graph, the path is connected, starts at a source, weighs what it says, and none is heavier', () => {
  const weights = fc.array(fc.nat(9), { minLength: 1, maxLength: 9 })
  const edges = fc.array(fc.tuple(fc.nat(8), fc.nat(8)), { maxLength: 20 })
  fc.assert(
    fc.property(weights, edges, (all, pairs) => {
      const nodes = all.map((w, i) =>
        node(`${i}`, w, ...pairs.filter(([from, to]) => from === i && to < from).map(([, to]) => `${to}`)),
      )
      const heaviest = (of: Weighted): number =>
        of.weight + Math.max(0, ...nodes.filter(({ needs }) => needs.includes(of.id)).map(heaviest))

      const { path, length } = criticalPath(nodes, weight)
      expect(length).toBe(Math.max(...nodes.map(heaviest)))
      expect(path.reduce((sum, { weight: w }) => sum + w, 0)).toBe(length)
      path.forEach((here, i) => {
        const before = path[i - 1]
        if (before) expect(here.needs).toContain(before.id)
      })
    }),
  )
})
