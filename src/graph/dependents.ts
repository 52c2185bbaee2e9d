import type { GraphNode } from './graph-node.ts'

/** For each node the nodes that need it, in the order of the list. Needs outside the list are ignored. */
export function dependents<Node extends GraphNode>(nodes: readonly Node[]): Map<string, Node[]> {
  const result = new Map<string, Node[]>(nodes.map((node) => [node.id, []]))
  for (const node of nodes) {
    for (const need of node.needs) result.get(need)?.push(node)
  }
  return result
}
