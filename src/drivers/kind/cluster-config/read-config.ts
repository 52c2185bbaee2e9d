import type { Diagnostic, SourceLocation } from '../../../diagnostics/diagnostic.ts'
import { closest } from '../../../diagnostics/suggest.ts'
import { parseYaml, type YamlPath, type YamlSource } from '../../../diagnostics/yaml-source.ts'
import { isMapping } from '../../../util/is-mapping.ts'
import {
  type KindConfig,
  type KindConfigFile,
  type KindConfigNode,
  nodeRoles,
  type PortMapping,
} from './kind-config.ts'
import { kubeadmPatchDiagnostics } from './kubeadm-patches.ts'
import { clashesWithin } from './ports.ts'

/** `config` is there if there is no error among the diagnostics. */
export interface KindConfigRead {
  readonly config?: KindConfig
  readonly diagnostics: readonly Diagnostic[]
}

const apiVersion = 'kind.x-k8s.io/v1alpha4'
const apiServerPort = 6443

/** The keys of kind 0.32. Unknown ones are kind's to judge, unless they look like one of these. */
const knownKeys = {
  cluster:
    'kind apiVersion name nodes networking featureGates runtimeConfig kubeadmConfigPatches kubeadmConfigPatchesJSON6902 containerdConfigPatches containerdConfigPatchesJSON6902',
  networking:
    'ipFamily apiServerPort apiServerAddress podSubnet serviceSubnet disableDefaultCNI kubeProxyMode dnsSearch',
  node: 'role image labels extraMounts extraPortMappings kubeadmConfigPatches kubeadmConfigPatchesJSON6902',
  mapping: 'containerPort hostPort listenAddress protocol',
  mount: 'containerPath hostPath readOnly selinuxRelabel propagation',
} as const

/**
 * Reads a project's Kind config and reports everything in it that would fail later. `image` is that of all nodes, where
 * something else than the config decides on it.
 */
export function readKindConfig(source: KindConfigFile | undefined, image?: string): KindConfigRead {
  const withImage = image === undefined ? {} : { image }
  if (source === undefined) {
    return { config: { nodes: [{ role: 'control-plane', ...withImage }], portMappings: [] }, diagnostics: [] }
  }
  const yaml = parseYaml(source.file, source.text, { code: 'E_CONFIG_SYNTAX', dialect: 'kubernetes' })
  if (yaml.diagnostics.length > 0) return { diagnostics: yaml.diagnostics }
  const [document, second] = yaml.sources
  if (document === undefined || !isMapping(document.value)) {
    const start = { file: source.file, start: { line: 1, column: 1 }, end: { line: 1, column: 1 } }
    const location = document?.locate([]) ?? start
    return { diagnostics: [notAConfig('the file is no Kind config: it has no keys', location)] }
  }
  const reader = new Reader(document)
  if (!reader.readVersion(document.value)) return { diagnostics: reader.diagnostics }
  if (isCircular(document.value)) {
    reader.report([], 'an alias stands for something that it is part of itself')
    return { diagnostics: reader.diagnostics }
  }
  if (second !== undefined) {
    reader.report([], 'the file has several documents, and kind reads only the first', { source: second })
  }
  const nodes = reader.readNodes(document.value).map((node) => ({ ...node, ...withImage }))
  const portMappings = reader.readPorts(document.value)
  const diagnostics = [
    ...reader.diagnostics,
    ...clashesWithin(portMappings),
    ...kubeadmPatchDiagnostics(document, source.text, nodes),
  ]
  if (diagnostics.some(({ severity }) => severity === 'error')) return { diagnostics }
  return { config: { source, nodes, portMappings }, diagnostics }
}

function notAConfig(message: string, location: SourceLocation): Diagnostic {
  return {
    code: 'E_CONFIG_VERSION',
    severity: 'error',
    message,
    location,
    hint: `it begins with \`kind: Cluster\` and \`apiVersion: ${apiVersion}\``,
  }
}

function isCircular(value: unknown): boolean {
  try {
    JSON.stringify(value)
    return false
  } catch {
    return true
  }
}

type Mapping = Record<string, unknown>

class Reader {
  readonly diagnostics: Diagnostic[] = []
  readonly #source: YamlSource

  constructor(source: YamlSource) {
    this.#source = source
  }

  report(
    path: YamlPath,
    message: string,
    more: { readonly hint?: string; readonly source?: YamlSource; readonly code?: Diagnostic['code'] } = {},
  ): void {
    this.diagnostics.push({
      code: more.code ?? 'E_CONFIG_INVALID',
      severity: 'error',
      message,
      location: (more.source ?? this.#source).locate(path),
      ...(more.hint === undefined ? {} : { hint: more.hint }),
    })
  }

  readVersion(cluster: Mapping): boolean {
    const problems = [
      ...(cluster.kind === 'Cluster' ? [] : [{ path: ['kind'], what: `kind \`${cluster.kind ?? ''}\`` }]),
      ...(cluster.apiVersion === apiVersion
        ? []
        : [{ path: ['apiVersion'], what: `apiVersion \`${cluster.apiVersion ?? ''}\`` }]),
    ]
    for (const { path, what } of problems) {
      this.diagnostics.push(
        notAConfig(`this is no Kind config: it has the ${what}`, this.#source.locate(path)),
      )
    }
    return problems.length === 0
  }

  readNodes(cluster: Mapping): KindConfigNode[] {
    this.#checkKeys([], cluster, 'cluster')
    const nodes = this.#list(['nodes'], cluster.nodes).map((value, index) => this.#readNode(index, value))
    if (nodes.length === 0) return [{ role: 'control-plane' }]
    if (!nodes.some(({ role }) => role === 'control-plane')) {
      this.report(['nodes'], 'none of the nodes has the role `control-plane`', {
        hint: 'one of them must have it',
      })
    }
    return nodes
  }

  #readNode(index: number, value: unknown): KindConfigNode {
    const path = ['nodes', index]
    if (!isMapping(value)) {
      this.report(path, 'a node must be a mapping', { hint: 'as in `- role: worker`' })
      return { role: 'control-plane' }
    }
    this.#checkKeys(path, value, 'node')
    for (const [mount, of] of this.#list([...path, 'extraMounts'], value.extraMounts).entries()) {
      if (isMapping(of)) this.#checkKeys([...path, 'extraMounts', mount], of, 'mount')
    }
    const { role = 'control-plane', image } = value
    const known = nodeRoles.find((name) => name === role)
    if (known === undefined) {
      const like = closest(String(role), nodeRoles)
      this.report([...path, 'role'], `there is no role \`${role}\``, {
        hint: like === undefined ? `roles: ${nodeRoles.join(', ')}` : `did you mean \`${like}\`?`,
      })
    }
    return { role: known ?? 'control-plane', ...(typeof image === 'string' ? { image } : {}) }
  }

  readPorts(cluster: Mapping): PortMapping[] {
    const nodes = this.#list(['nodes'], cluster.nodes)
    const mappings = nodes.flatMap((node, index) => {
      const path = ['nodes', index, 'extraPortMappings']
      const list = isMapping(node) ? this.#list(path, node.extraPortMappings) : []
      return list.flatMap((value, at) => this.#readMapping([...path, at], value) ?? [])
    })
    return [...mappings, ...this.#readApiServerPort(cluster.networking)]
  }

  #readMapping(path: YamlPath, value: unknown): PortMapping | undefined {
    if (!isMapping(value)) {
      this.report(path, 'a port mapping must be a mapping', { hint: 'with `containerPort` and `hostPort`' })
      return undefined
    }
    this.#checkKeys(path, value, 'mapping')
    const containerPort = this.#port([...path, 'containerPort'], value.containerPort, 1)
    // With 0 and -1, kind or the engine takes any free port.
    const hostPort = value.hostPort === undefined ? 0 : this.#port([...path, 'hostPort'], value.hostPort, -1)
    if (containerPort === undefined || hostPort === undefined || hostPort < 1) return undefined
    return {
      hostPort,
      containerPort,
      listenAddress: typeof value.listenAddress === 'string' ? value.listenAddress : '0.0.0.0',
      protocol: typeof value.protocol === 'string' ? value.protocol.toUpperCase() : 'TCP',
      location: this.#source.locate('hostPort' in value ? [...path, 'hostPort'] : path),
    }
  }

  #readApiServerPort(networking: unknown): PortMapping[] {
    if (networking === undefined || networking === null) return []
    if (!isMapping(networking)) {
      this.report(['networking'], '`networking` must be a mapping')
      return []
    }
    this.#checkKeys(['networking'], networking, 'networking')
    if (networking.apiServerPort === undefined) return []
    const path = ['networking', 'apiServerPort']
    const hostPort = this.#port(path, networking.apiServerPort, -1)
    if (hostPort === undefined || hostPort < 1) return []
    const { apiServerAddress: address } = networking
    const listenAddress = typeof address === 'string' ? address : '127.0.0.1'
    const location = this.#source.locate(path)
    return [{ hostPort, containerPort: apiServerPort, listenAddress, protocol: 'TCP', location }]
  }

  #port(path: YamlPath, value: unknown, least: number): number | undefined {
    if (typeof value === 'number' && Number.isInteger(value) && value >= least && value <= 65_535)
      return value
    const name = String(path.at(-1))
    const found = value === undefined ? 'is missing' : `is ${JSON.stringify(value)}`
    this.report(path, `\`${name}\` ${found}`, {
      hint: `a port is a number from ${Math.max(least, 1)} to 65535`,
    })
    return undefined
  }

  #list(path: YamlPath, value: unknown): readonly unknown[] {
    if (value === undefined || value === null) return []
    if (Array.isArray(value)) return value
    const known = this.diagnostics.some(({ message }) => message === `\`${path.join('.')}\` must be a list`)
    if (!known) this.report(path, `\`${path.join('.')}\` must be a list`)
    return []
  }

  #checkKeys(path: YamlPath, value: Mapping, what: keyof typeof knownKeys): void {
    const known = knownKeys[what].split(' ')
    for (const key of Object.keys(value)) {
      if (known.includes(key)) continue
      const like = closest(key, known)
      if (like === undefined) continue
      this.diagnostics.push({
        code: 'E_CONFIG_UNKNOWN_KEY',
        severity: 'error',
        message: `there is no key \`${key}\` here`,
        location: this.#source.locateKey([...path, key]),
        hint: `did you mean \`${like}\`?`,
      })
    }
  }
}
