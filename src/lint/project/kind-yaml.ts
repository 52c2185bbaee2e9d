import { parseYaml, type YamlPath, type YamlSource } from '../../diagnostics/yaml-source.ts'
import { isMapping } from '../../util/is-mapping.ts'
import type { KindConfigFacts } from './project-rule.ts'

/** A mapping of a list in a node of a Kind config, and where it is. */
export interface NodeEntry {
  readonly value: Readonly<Record<string, unknown>>
  readonly path: YamlPath
}

/** The document of a Kind config; none where it cannot be read, which others tell. */
export function kindSource({ file, text }: KindConfigFacts): YamlSource | undefined {
  return parseYaml(file, text, { code: 'E_CONFIG_SYNTAX', dialect: 'kubernetes' }).sources[0]
}

/** What the nodes of a Kind config have in their lists of that name. */
export function nodeEntries({ value }: YamlSource, list: string): readonly NodeEntry[] {
  const nodes: unknown = isMapping(value) ? value.nodes : undefined
  return (Array.isArray(nodes) ? nodes : []).flatMap((node: unknown, index) => {
    const entries: unknown = isMapping(node) ? node[list] : undefined
    return (Array.isArray(entries) ? entries : []).flatMap((entry: unknown, at) =>
      isMapping(entry) ? [{ value: entry, path: ['nodes', index, list, at] }] : [],
    )
  })
}
