import type { GraphNode } from './graph-node.ts'

/** The goals with everything they need, directly or not, in the order of the list. Unknown ids are ignored. */
export function select<Node extends GraphNode>(nodes: readonly Node[], goals: Iterable<string>): Node[] {
  const byId = new Map(nodes.map((node) => [node.id, node]))
  const selected = new Set<string>()
  const open = [...goals]
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    if (selected.has(id)) continue
    selected.add(id)
    for (const need of byId.get(id)?.needs ?? []) open.push(need)
  }
  return nodes.filter((node) => selected.has(node.id))
}
