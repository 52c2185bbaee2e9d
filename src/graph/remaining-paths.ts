import type { GraphNode } from './graph-node.ts'
import { topologicalOrder } from './topological-order.ts'

/**
 * For each node the length of the longest path that starts with it and follows its dependents to an end,
 * its own weight included. Linear in nodes and edges; the graph must be free of cycles.
 */
export function remainingPaths<Node extends GraphNode>(
  nodes: readonly Node[],
  weight: (node: Node) => number,
): Map<string, number> {
  const longestAfter = new Map<string, number>()
  const remaining = new Map<string, number>()
  for (const node of topologicalOrder(nodes).reverse()) {
    const length = weight(node) + (longestAfter.get(node.id) ?? 0)
    remaining.set(node.id, length)
    for (const need of node.needs) {
      longestAfter.set(need, Math.max(longestAfter.get(need) ?? 0, length))
    }
  }
  return remaining
}
