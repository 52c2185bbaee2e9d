import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Edge, findCycles } from './cycle.ts'

function graph(text: string): Edge[] {
  return text.split(/\s+/).map((edge) => {
    const [from = '', to = ''] = edge.split('>')
    return { from, to }
  })
}

function cycles(text: string): string[] {
  return findCycles(graph(text)).map((cycle) => cycle.map(({ from, to }) => `${from}>${to}`).join(' '))
}

test('a graph without cycles has none', () => {
  expect(cycles('a>b a>c b>d c>d')).toEqual([])
})

test('a node that needs itself is the shortest cycle there is', () => {
  expect(cycles('a>b b>a a>a')).toEqual(['a>a'])
})

test('of a long and a short cycle through the same node the short one is reported', () => {
  expect(cycles('a>b b>c c>d d>a c>b')).toEqual(['b>c c>b'])
})

test('cycles that share nothing are all reported', () => {
  expect(cycles('a>b b>a x>y y>z z>x b>x')).toEqual(['a>b b>a', 'x>y y>z z>x'])
})

test('every result is a closed walk over edges of the graph, and there is one exactly when the graph has a cycle', () => {
  const node = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f')
  fc.assert(
    fc.property(fc.array(fc.record({ from: node, to: node }), { maxLength: 14 }), (edges) => {
      const found = findCycles(edges)
      for (const cycle of found) {
        expect(cycle.every((edge) => edges.includes(edge))).toBe(true)
        expect(cycle.map(({ to }) => to)).toEqual(
          [...cycle.slice(1), ...cycle.slice(0, 1)].map(({ from }) => from),
        )
        expect(new Set(cycle.map(({ from }) => from)).size).toBe(cycle.length)
      }
      expect(found.length > 0).toBe(hasCycle(edges))
    }),
  )
})

/** Kahn's algorithm: what cannot be taken off the graph turns in circles. */
function hasCycle(edges: readonly Edge[]): boolean {
  let rest = edges
  for (;;) {
    const leaves = rest.filter(({ to }) => !rest.some(({ from }) => from === to))
    if (leaves.length === 0) return rest.length > 0
    rest = rest.filter((edge) => !leaves.includes(edge))
  }
}
