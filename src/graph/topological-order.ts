import type { GraphNode } from './graph-node.ts'

interface Visit<Node> {
  readonly node: Node
  nextNeed: number
}

/**
 * The nodes in an order in which each comes after everything it needs. A list that is already in such an
 * order comes back unchanged. Needs outside the list are ignored; a cycle is a bug of the caller and throws.
 */
export function topologicalOrder<Node extends GraphNode>(nodes: readonly Node[]): Node[] {
  const byId = new Map(nodes.map((node) => [node.id, node]))
  const state = new Map<string, 'open' | 'placed'>()
  const order: Node[] = []

  for (const root of nodes) {
    // A stack of our own instead of recursion: chains can be longer than the call stack is deep.
    const stack: Visit<Node>[] = []
    const open = (node: Node) => {
      const known = state.get(node.id)
      if (known === 'open') throw new Error(`Internal error: cycle through ${node.id}`)
      if (known === 'placed') return
      state.set(node.id, 'open')
      stack.push({ node, nextNeed: 0 })
    }
    open(root)
    for (let visit = stack.at(-1); visit; visit = stack.at(-1)) {
      const { node } = visit
      const need = node.needs[visit.nextNeed++]
      if (need === undefined) {
        state.set(node.id, 'placed')
        order.push(node)
        stack.pop()
        continue
      }
      const before = byId.get(need)
      if (before) open(before)
    }
  }
  return order
}
