import { dependents } from './dependents.ts'
import type { GraphNode } from './graph-node.ts'

type Edges = Map<string, Set<string>>

/**
 * A shortest cycle as the ids along it, each needing the next and the last needing the first, or `undefined`
 * if there is none. A node that needs itself is a cycle of one. Linear where there is no cycle.
 */
export function findCycle(nodes: readonly GraphNode[]): readonly string[] | undefined {
  const ids = new Set(nodes.map((node) => node.id))
  const needs: Edges = new Map(
    nodes.map((node) => [node.id, new Set(node.needs.filter((id) => ids.has(id)))]),
  )
  const neededBy: Edges = new Map()
  for (const [id, list] of dependents(nodes)) neededBy.set(id, new Set(list.map((node) => node.id)))

  for (const id of ids) {
    if (needs.get(id)?.size === 0 || neededBy.get(id)?.size === 0) remove(id, needs, neededBy)
  }
  let shortest: readonly string[] | undefined
  for (const id of ids) {
    if (!needs.has(id)) continue
    shortest = cycleThrough(id, needs, shortest?.length ?? Number.POSITIVE_INFINITY) ?? shortest
    // Every cycle through this node has been looked at; without it the rest usually falls apart.
    remove(id, needs, neededBy)
  }
  return shortest
}

/** Removes a node, and then whatever can no longer be on a cycle because it has lost its last edge on one side. */
function remove(id: string, needs: Edges, neededBy: Edges): void {
  const open = [id]
  const detach = (from: Edges, at: string, gone: string) => {
    const edges = from.get(at)
    edges?.delete(gone)
    if (edges?.size === 0) open.push(at)
  }
  for (let gone = open.pop(); gone !== undefined; gone = open.pop()) {
    const before = needs.get(gone)
    const after = neededBy.get(gone)
    needs.delete(gone)
    neededBy.delete(gone)
    for (const need of before ?? []) detach(neededBy, need, gone)
    for (const dependent of after ?? []) detach(needs, dependent, gone)
  }
}

/** The shortest cycle through `start` that is shorter than `limit`: breadth first along the needs. */
function cycleThrough(start: string, needs: Edges, limit: number): readonly string[] | undefined {
  const cameFrom = new Map<string, string>()
  let level = [start]
  for (let length = 1; length < limit && level.length > 0; length++) {
    const next: string[] = []
    for (const id of level) {
      for (const need of needs.get(id) ?? []) {
        if (need === start) return walkBack(id, cameFrom)
        if (cameFrom.has(need)) continue
        cameFrom.set(need, id)
        next.push(need)
      }
    }
    level = next
  }
  return undefined
}

function walkBack(last: string, cameFrom: ReadonlyMap<string, string>): readonly string[] {
  const path: string[] = []
  for (let id: string | undefined = last; id !== undefined; id = cameFrom.get(id)) path.push(id)
  return path.reverse()
}
