/** A node of a directed graph, as data; `needs` are the ids of the nodes that come before it. */
export interface GraphNode {
  readonly id: string
  readonly needs: readonly string[]
}
