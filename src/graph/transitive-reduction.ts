import type { GraphNode } from './graph-node.ts'
import { topologicalOrder } from './topological-order.ts'

/**
 * The same nodes without the needs that follow from others, for showing: what waits for the last of a chain waits for
 * all of it. Takes memory for every pair of nodes, one before the other. The graph must be free of cycles.
 */
export function transitiveReduction<Node extends GraphNode>(
  nodes: readonly Node[],
): Map<string, readonly string[]> {
  const before = new Map<string, Set<string>>()
  const reduced = new Map<string, readonly string[]>()
  for (const { id, needs } of topologicalOrder(nodes)) {
    const implied = new Set(needs.flatMap((need) => [...(before.get(need) ?? [])]))
    reduced.set(
      id,
      needs.filter((need) => !implied.has(need)),
    )
    before.set(id, new Set([...needs, ...implied]))
  }
  return reduced
}
