import { createHash } from 'node:crypto'
import { dirname, resolve } from 'node:path'
import { type Document, isMap, isScalar, isSeq, type Node, parseDocument, type YAMLMap, YAMLSeq } from 'yaml'
import { isMapping } from '../../../util/is-mapping.ts'
import { loadBalancerRole, markMountPoint } from '../nodes.ts'
import type { KindConfig } from './kind-config.ts'
import { resolveReferences } from './yaml-tree.ts'

/** What Kindling adds to a project's Kind config. */
export interface KindConfigAdditions {
  /** Of all nodes; without it, that of the config, or kind's default. */
  readonly image?: string
  /** Of the host, for the API server, unless the config fixes one; without it, kind takes any that is free. */
  readonly apiServerPort?: number
  /** Into the first control plane, on 127.0.0.1. */
  readonly portMappings?: readonly { readonly hostPort: number; readonly containerPort: number }[]
  /** Into every node. */
  readonly mounts?: readonly {
    readonly hostPath: string
    readonly containerPath: string
    readonly readOnly?: boolean
  }[]
  /** TOML each. */
  readonly containerdConfigPatches?: readonly string[]
  /** YAML each; those of the project come after them. */
  readonly kubeadmConfigPatches?: readonly string[]
}

/** A cluster as kind is to make it. */
export interface EffectiveKindConfig {
  /** For kind to read. */
  readonly yaml: string
  /** SHA-256 of `content`: two clusters of one hash are alike. */
  readonly hash: string
  /** All that makes a difference, without name and mark, all scalars as text. */
  readonly content: unknown
  /** Of all containers that kind will make. */
  readonly nodeNames: readonly string[]
  /** The host ports it fixes. */
  readonly hostPorts: readonly number[]
}

const bareConfig = 'kind: Cluster\napiVersion: kind.x-k8s.io/v1alpha4\n'

/**
 * Merges our additions into a project's Kind config as YAML: what the project wrote stays as it was written, but for
 * anchors, which are resolved, and relative host paths, which start at the config's directory.
 */
export function mergeKindConfig(
  config: KindConfig,
  additions: KindConfigAdditions,
  cluster: { readonly name: string; readonly markDirectory: string },
): EffectiveKindConfig {
  // Nothing but text: `1.20` or `0644` come out as they went in, whatever YAML version kind reads them with.
  const document = parseDocument(config.source?.text ?? bareConfig, { schema: 'failsafe' })
  resolveReferences(document)
  const nodes = nodesOf(document)
  nodes.forEach((node, index) => {
    const role = config.nodes[index]?.role
    const isFirst = role === 'control-plane' && config.nodes.findIndex((of) => of.role === role) === index
    if (config.source !== undefined) resolveHostPaths(node, dirname(config.source.file))
    if (additions.image !== undefined) node.set('image', additions.image)
    if (isFirst) append(document, node, 'extraPortMappings', (additions.portMappings ?? []).map(portMapping))
    append(document, node, 'extraMounts', (additions.mounts ?? []).map(mount))
  })
  const root = document.contents as unknown as YAMLMap
  append(document, root, 'containerdConfigPatches', additions.containerdConfigPatches ?? [])
  prepend(document, root, 'kubeadmConfigPatches', additions.kubeadmConfigPatches ?? [])
  const apiServer = ['networking', 'apiServerPort']
  if (additions.apiServerPort !== undefined && !document.hasIn(apiServer))
    document.setIn(apiServer, `${additions.apiServerPort}`)
  document.delete('name')
  const content = sorted(document.toJS())

  document.set('name', cluster.name)
  const mark = { hostPath: cluster.markDirectory, containerPath: markMountPoint, readOnly: true }
  for (const node of nodes) append(document, node, 'extraMounts', [mount(mark)])
  return {
    yaml: document.toString({ lineWidth: 0 }),
    hash: createHash('sha256').update(JSON.stringify(content)).digest('hex'),
    content,
    nodeNames: nodeNames(cluster.name, config),
    hostPorts: [
      ...[...config.portMappings, ...(additions.portMappings ?? [])].map(({ hostPort }) => hostPort),
      ...(additions.apiServerPort === undefined ? [] : [additions.apiServerPort]),
    ],
  }
}

function nodesOf(document: Document): YAMLMap[] {
  const nodes = document.get('nodes')
  if (isSeq<Node>(nodes) && nodes.items.length > 0) return nodes.items.filter((node) => isMap(node))
  document.set('nodes', document.createNode([{ role: 'control-plane' }]))
  return nodesOf(document)
}

function append(document: Document, map: YAMLMap, key: string, values: readonly unknown[]): void {
  if (values.length > 0) listAt(map, key).items.push(...values.map((value) => document.createNode(value)))
}

function prepend(document: Document, map: YAMLMap, key: string, values: readonly unknown[]): void {
  if (values.length > 0) listAt(map, key).items.unshift(...values.map((value) => document.createNode(value)))
}

function listAt(map: YAMLMap, key: string): YAMLSeq {
  const existing = map.get(key)
  if (isSeq(existing)) return existing
  const list = new YAMLSeq()
  map.set(key, list)
  return list
}

function resolveHostPaths(node: YAMLMap, directory: string): void {
  const mounts = node.get('extraMounts')
  for (const item of isSeq<Node>(mounts) ? mounts.items : []) {
    const path = isMap(item) ? item.get('hostPath', true) : undefined
    if (isScalar(path) && typeof path.value === 'string') path.value = resolve(directory, path.value)
  }
}

function portMapping({ hostPort, containerPort }: { hostPort: number; containerPort: number }): unknown {
  return {
    containerPort: `${containerPort}`,
    hostPort: `${hostPort}`,
    listenAddress: '127.0.0.1',
    protocol: 'TCP',
  }
}

function mount(of: NonNullable<KindConfigAdditions['mounts']>[number]): unknown {
  const { hostPath, containerPath, readOnly } = of
  return { hostPath, containerPath, ...(readOnly === true ? { readOnly: 'true' } : {}) }
}

/** As kind numbers them: `web-worker`, `web-worker2`; several control planes have a load balancer before them. */
function nodeNames(cluster: string, { nodes }: KindConfig): string[] {
  const names = nodes.map(({ role }, index) => {
    const number = nodes.slice(0, index + 1).filter((node) => node.role === role).length
    return `${cluster}-${role}${number === 1 ? '' : number}`
  })
  const controlPlanes = nodes.filter(({ role }) => role === 'control-plane').length
  return controlPlanes > 1 ? [...names, `${cluster}-${loadBalancerRole}`] : names
}

/** With keys in one order, whatever order they were written in. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (!isMapping(value)) return value
  const keys = Object.keys(value).sort()
  return Object.fromEntries(keys.map((key) => [key, sorted(value[key])]))
}
