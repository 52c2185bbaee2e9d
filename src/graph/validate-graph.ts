import { findCycle } from './find-cycle.ts'
import type { GraphNode } from './graph-node.ts'

/** Why a list of nodes is not a graph that can be run. */
export type GraphProblem =
  | { readonly type: 'duplicate'; readonly id: string }
  | { readonly type: 'missing'; readonly id: string; readonly need: string }
  /** A shortest cycle; each id needs the next, and the last needs the first. */
  | { readonly type: 'cycle'; readonly path: readonly string[] }

/** Every problem at once (of the cycles one): ids used twice, needs that do not exist, a cycle. Empty when sound. */
export function validateGraph(nodes: readonly GraphNode[]): GraphProblem[] {
  const problems: GraphProblem[] = []
  const ids = new Set<string>()
  for (const { id } of nodes) {
    if (ids.has(id)) problems.push({ type: 'duplicate', id })
    ids.add(id)
  }
  for (const { id, needs } of nodes) {
    for (const need of needs) {
      if (!ids.has(need)) problems.push({ type: 'missing', id, need })
    }
  }
  const path = findCycle(nodes)
  if (path) problems.push({ type: 'cycle', path })
  return problems
}
