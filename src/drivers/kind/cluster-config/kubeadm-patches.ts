import type { Diagnostic, SourceLocation } from '../../../diagnostics/diagnostic.ts'
import { parseYaml, type YamlPath, type YamlSource } from '../../../diagnostics/yaml-source.ts'
import { isMapping } from '../../../util/is-mapping.ts'
import type { KindConfigNode } from './kind-config.ts'

const group = 'kubeadm.k8s.io/'
const listVersion = 'v1beta4'

/**
 * Looks through the patches of kubeadm's configuration, YAML inside the YAML. kind applies one that names no apiVersion
 * to every node, turning `extraArgs` into what the version wants (since 0.32); one that names another than a node's is
 * silently not applied.
 */
export function kubeadmPatchDiagnostics(
  source: YamlSource,
  text: string,
  nodes: readonly KindConfigNode[],
): readonly Diagnostic[] {
  const versions = new Set(nodes.map(({ image }) => kubeadmVersionOf(image)))
  const [version] = versions.size === 1 ? versions : [undefined]
  return patchesOf(source).flatMap(({ path, patch }) => {
    const place = placeInside(source.locate(path), text)
    const yaml = parseYaml(source.file, patch, { code: 'E_CONFIG_SYNTAX', dialect: 'kubernetes' })
    const found = [...yaml.diagnostics, ...yaml.sources.flatMap((document) => checkPatch(document, version))]
    return found.map((diagnostic) => ({
      ...diagnostic,
      ...(diagnostic.location === undefined ? {} : { location: place(diagnostic.location) }),
    }))
  })
}

/**
 * The version of kubeadm's configuration that kind writes for a node image, as far as its tag tells: v1beta4 from
 * Kubernetes 1.36 on (kind 0.32), v1beta3 from 1.23 on, v1beta2 before.
 */
export function kubeadmVersionOf(image: string | undefined): string | undefined {
  const [, major, minor] = /:v(\d+)\.(\d+)\.\d+/.exec(image ?? '') ?? []
  if (major !== '1') return undefined
  if (Number(minor) >= 36) return listVersion
  return Number(minor) >= 23 ? 'v1beta3' : 'v1beta2'
}

function patchesOf({ value }: YamlSource): { readonly path: YamlPath; readonly patch: string }[] {
  if (!isMapping(value)) return []
  const key = 'kubeadmConfigPatches'
  const lists: [YamlPath, unknown][] = [[[key], value[key]]]
  for (const [index, node] of (Array.isArray(value.nodes) ? value.nodes : []).entries()) {
    if (isMapping(node)) lists.push([['nodes', index, key], node[key]])
  }
  return lists.flatMap(([path, list]) =>
    (Array.isArray(list) ? list : []).flatMap((patch: unknown, index) =>
      typeof patch === 'string' ? [{ path: [...path, index], patch }] : [],
    ),
  )
}

function checkPatch(document: YamlSource, nodeVersion: string | undefined): Diagnostic[] {
  const { value } = document
  if (!isMapping(value)) return []
  if (value.kind === undefined) {
    const message = 'the patch names no `kind`, and kind applies it to nothing'
    return [invalid('warning', message, document.locate([]), 'add `kind: ClusterConfiguration` or the like')]
  }
  const apiVersion = String(value.apiVersion ?? group)
  if (!apiVersion.startsWith(group)) return []
  const pinned = apiVersion.slice(group.length)
  const diagnostics: Diagnostic[] = []
  if (pinned !== '' && pinned !== nodeVersion) {
    const other =
      nodeVersion === undefined ? 'other Kubernetes versions' : `these, which take ${nodeVersion},`
    const message = `the patch is for ${pinned} alone: nodes of ${other} ignore it`
    const hint = 'leave `apiVersion` out, and write `extraArgs` as a map'
    diagnostics.push(invalid('warning', message, document.locate(['apiVersion']), hint))
  }
  for (const { path, args } of extraArgsIn(value, [])) {
    const problem = shapeProblem(pinned || nodeVersion, pinned === '', args)
    if (problem !== undefined)
      diagnostics.push(invalid('error', problem.message, document.locateKey(path), problem.hint))
  }
  return diagnostics
}

/** Without `apiVersion` a map is right everywhere, a list where the version takes one. */
function shapeProblem(
  version: string | undefined,
  isUnpinned: boolean,
  args: unknown,
): { readonly message: string; readonly hint: string } | undefined {
  if (version === undefined) return undefined
  if (version === listVersion) {
    if (Array.isArray(args) || (isUnpinned && isMapping(args))) return undefined
    return {
      message: `in ${version}, \`extraArgs\` is a list`,
      hint: 'as in `- { name: v, value: "4" }`; a map belongs to v1beta3, or into a patch without `apiVersion`',
    }
  }
  if (isMapping(args)) return undefined
  return {
    message: `in ${version}, \`extraArgs\` is a map`,
    hint: 'as in `v: "4"`; a list belongs to v1beta4',
  }
}

/** As kind finds them: by these two keys, in mappings at any depth. */
function extraArgsIn(value: unknown, path: YamlPath): { readonly path: YamlPath; readonly args: unknown }[] {
  if (!isMapping(value)) return []
  return Object.entries(value).flatMap(([key, inner]) => {
    if (inner === null) return []
    if (key === 'extraArgs' || key === 'kubeletExtraArgs') return [{ path: [...path, key], args: inner }]
    return extraArgsIn(inner, [...path, key])
  })
}

function invalid(
  severity: Diagnostic['severity'],
  message: string,
  location: SourceLocation,
  hint: string,
): Diagnostic {
  return { code: 'E_CONFIG_INVALID', severity, message, location, hint }
}

/** Moves a place in a patch to where that stands in the file; of a patch in quotes, it is the whole. */
function placeInside(outer: SourceLocation, text: string): (inner: SourceLocation) => SourceLocation {
  const lines = text.split('\n')
  const header = lines[outer.start.line - 1]?.slice(outer.start.column - 1) ?? ''
  if (!/^\|[-+]?\s*(?:#.*)?$/.test(header)) return () => outer
  const first = lines.slice(outer.start.line).find((line) => line.trim() !== '') ?? ''
  const indent = first.length - first.trimStart().length
  const move = ({ line, column }: SourceLocation['start']) => ({
    line: outer.start.line + line,
    column: indent + column,
  })
  return ({ file, start, end }) => ({ file, start: move(start), end: move(end) })
}
