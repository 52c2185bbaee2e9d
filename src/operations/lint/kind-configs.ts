import { readKindConfig } from '../../drivers/kind/cluster-config/read-config.ts'
import type { KindConfigFacts } from '../../lint/project/project-rule.ts'

/** A Kind configuration, and what kind's own reading of it tells. */
export function kindConfigOf(
  file: string,
  text: string,
  environments: readonly string[],
  nodeImage?: string,
): KindConfigFacts {
  const { diagnostics } = readKindConfig({ file, text }, nodeImage)
  return { file, text, environments, diagnostics }
}

/** Whether a text looks like a Kind configuration. */
export function isKindConfig(text: string): boolean {
  return /^apiVersion:\s*["']?kind\.x-k8s\.io\//m.test(text)
}
