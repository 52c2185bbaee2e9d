import { dependents } from './dependents.ts'
import type { GraphNode } from './graph-node.ts'
import { remainingPaths } from './remaining-paths.ts'
import { topologicalOrder } from './topological-order.ts'

/** The longest path through a graph: no order of execution can be shorter. */
export interface CriticalPath<Node> {
  readonly path: readonly Node[]
  /** Sum of the weights along the path, in the unit of the weights. */
  readonly length: number
}

/** The path with the largest sum of weights; of equal ones the first. The graph must be free of cycles. */
export function criticalPath<Node extends GraphNode>(
  nodes: readonly Node[],
  weight: (node: Node) => number,
): CriticalPath<Node> {
  const remaining = remainingPaths(nodes, weight)
  const after = dependents(nodes)
  const longest = (candidates: readonly Node[]): Node | undefined => {
    let best: Node | undefined
    let bestLength = Number.NEGATIVE_INFINITY
    for (const node of candidates) {
      const length = remaining.get(node.id) ?? 0
      if (length > bestLength) [best, bestLength] = [node, length]
    }
    return best
  }

  const path: Node[] = []
  // In topological order a source comes before what needs it, so a source wins over its weightless tie.
  let node = longest(topologicalOrder(nodes))
  const length = node ? (remaining.get(node.id) ?? 0) : 0
  while (node) {
    path.push(node)
    node = longest(after.get(node.id) ?? [])
  }
  return { path, length }
}
