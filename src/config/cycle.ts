/** A directed edge between two names. */
export interface Edge {
  readonly from: string
  readonly to: string
}

/**
 * The shortest cycle of the graph, then the shortest among the nodes that are not in it, and so on: each as its
 * edges in walking order, no two of them sharing a node.
 */
export function findCycles<E extends Edge>(edges: readonly E[]): readonly (readonly E[])[] {
  const cycles: (readonly E[])[] = []
  let rest = edges
  for (;;) {
    const cycle = shortestCycle(rest)
    if (cycle === undefined) return cycles
    cycles.push(cycle)
    const nodes = new Set(cycle.map(({ from }) => from))
    rest = rest.filter(({ from, to }) => !nodes.has(from) && !nodes.has(to))
  }
}

function shortestCycle<E extends Edge>(edges: readonly E[]): readonly E[] | undefined {
  let shortest: readonly E[] | undefined
  for (const start of new Set(edges.map(({ from }) => from))) {
    const cycle = shortestWay(edges, start, start)
    if (cycle !== undefined && (shortest === undefined || cycle.length < shortest.length)) shortest = cycle
  }
  return shortest
}

/** Breadth first, so the first way that arrives is a shortest one. */
function shortestWay<E extends Edge>(
  edges: readonly E[],
  start: string,
  goal: string,
): readonly E[] | undefined {
  const arrivals = new Map<string, E>()
  let frontier = [start]
  while (frontier.length > 0) {
    const next: string[] = []
    for (const edge of edges) {
      if (!frontier.includes(edge.from) || arrivals.has(edge.to)) continue
      arrivals.set(edge.to, edge)
      if (edge.to === goal) return wayBack(arrivals, start, edge)
      next.push(edge.to)
    }
    frontier = next
  }
  return undefined
}

function wayBack<E extends Edge>(arrivals: ReadonlyMap<string, E>, start: string, last: E): readonly E[] {
  const way = [last]
  for (let edge = last; edge.from !== start; ) {
    const previous = arrivals.get(edge.from)
    if (previous === undefined) break
    way.unshift(previous)
    edge = previous
  }
  return way
}
