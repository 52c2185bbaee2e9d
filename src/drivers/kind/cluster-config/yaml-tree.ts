import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type Node,
  type Pair,
  visit,
  type YAMLMap,
} from 'yaml'

/** Puts what aliases and merge keys stand for in their places, so that a change to one place changes no other. */
export function resolveReferences(document: Document): void {
  visit(document, {
    Alias: (_, alias) => alias.resolve(document)?.clone() as Node | undefined,
  })
  visit(document, {
    Node: (_, node) => {
      if (!isAlias(node)) delete node.anchor
      if (isMap<Node, Node>(node)) mergeKeys(node)
    },
  })
}

function mergeKeys(map: YAMLMap<Node, Node>): void {
  const isMergeKey = ({ key }: Pair<Node, Node>) => isScalar(key) && key.value === '<<'
  const merged = map.items.filter(isMergeKey)
  if (merged.length === 0) return
  map.items = map.items.filter((pair) => !isMergeKey(pair))
  const sources = merged.flatMap(({ value }) => (isSeq<Node>(value) ? value.items : [value]))
  for (const source of sources) {
    if (!isMap<Node, Node>(source)) continue
    mergeKeys(source)
    for (const pair of source.items) if (!map.has(pair.key)) map.items.push(pair)
  }
}
