import { configChanges } from './cluster-config/config-changes.ts'
import type { EffectiveKindConfig } from './cluster-config/merge-config.ts'
import type { Mark } from './mark.ts'
import type { KindNode } from './nodes.ts'

/**
 * What a cluster of ours is good for, as far as can be seen from outside. `broken`: it cannot be used as it is;
 * `changed`: it runs, and is not what is wanted.
 */
export type Judgement =
  | { readonly verdict: 'absent' | 'running' }
  | { readonly verdict: 'broken'; readonly reason: string }
  | { readonly verdict: 'changed'; readonly reason: string; readonly changes: readonly string[] }

/** Compares what is there with what was written down and with what is wanted. */
export function judge(
  cluster: string,
  nodes: readonly KindNode[],
  mark: Mark | undefined,
  wanted: EffectiveKindConfig,
): Judgement {
  if (nodes.length === 0) return { verdict: 'absent' }
  if (mark?.cluster !== cluster || mark.state !== 'complete') return broken(cluster, 'was never finished')
  const missing = mark.nodeNames.find((nodeName) => nodes.every(({ name }) => name !== nodeName))
  if (missing !== undefined) return broken(cluster, `has lost its node ${missing}`)
  const dead = nodes.find(({ status }) => status !== 'running')
  if (dead !== undefined) return broken(cluster, `does not run: ${dead.name} is ${dead.status}`)
  if (mark.hash === wanted.hash) return { verdict: 'running' }
  const reason = `the configuration of the cluster ${cluster} has changed`
  return { verdict: 'changed', reason, changes: configChanges(mark.content, wanted.content) }
}

/** Of a cluster that cannot be used, and why. */
export function broken(cluster: string, how: string): Judgement & { readonly verdict: 'broken' } {
  return { verdict: 'broken', reason: `the cluster ${cluster} ${how}` }
}
