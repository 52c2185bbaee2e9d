import type { Diagnostic, SourceLocation } from '../diagnostics/diagnostic.ts'
import { parseYaml, type YamlPath, type YamlSource } from '../diagnostics/yaml-source.ts'
import { isMapping } from '../util/is-mapping.ts'
import type { KubernetesObject } from '../util/kubernetes-object.ts'
import { groupOf } from './object-scope.ts'

/** One Kubernetes object of a service, which still knows where each of its fields stands. */
export interface Manifest {
  readonly object: KubernetesObject
  /**
   * Where the field at a path of the object stands; for one that is absent, its nearest ancestor. For what a program
   * has rendered, the place in the configuration that asks for it.
   */
  readonly locate: (path: YamlPath) => SourceLocation
  /** What a program has rendered it from. */
  readonly origin?: string
  /** The namespace it belongs to if it names none, and is of a kind that belongs to one. */
  readonly namespace?: string
}

export interface ManifestRead {
  /** In the order of paths, files (by name) and documents; what has errors is left out. */
  readonly manifests: readonly Manifest[]
  readonly diagnostics: readonly Diagnostic[]
}

/** Kind and name, for messages: `Deployment gateway`. */
export function describeManifest({ object, origin }: Pick<Manifest, 'object' | 'origin'>): string {
  return `${object.kind} ${object.metadata.name}${originOf({ origin })}`
}

/** For the end of a message: ` (rendered from charts/gateway)`, nothing for what stands in a file. */
export function originOf({ origin }: { readonly origin?: string | undefined }): string {
  return origin === undefined ? '' : ` (rendered from ${origin})`
}

/** The objects in the text of one file. */
export function parseManifests(file: string, text: string): ManifestRead {
  const yaml = parseYaml(file, text, { code: 'E_MANIFEST_SYNTAX', dialect: 'kubernetes' })
  const objects = yaml.sources.flatMap((source) => flatten(source, source.value, []))
  const invalid: Diagnostic[] = []
  const manifests: Manifest[] = []
  for (const { source, value, path } of objects) {
    const problem = objectProblem(value)
    if (problem === undefined) {
      manifests.push({
        object: value as KubernetesObject,
        locate: (inner) => source.locate([...path, ...inner]),
      })
    } else {
      invalid.push({
        code: 'E_MANIFEST_INVALID',
        severity: 'error',
        message: problem.message,
        location: source.locate([...path, ...problem.path]),
        hint: problem.hint ?? 'every object has `apiVersion`, `kind` and `metadata.name`',
      })
    }
  }
  return { manifests, diagnostics: [...yaml.diagnostics, ...invalid] }
}

interface Candidate {
  readonly source: YamlSource
  readonly value: unknown
  readonly path: YamlPath
}

/** Empty documents are nothing; a `List` stands for its items. */
function flatten(source: YamlSource, value: unknown, path: YamlPath): Candidate[] {
  if (value === null || value === undefined) return []
  const isList = isMapping(value) && typeof value.kind === 'string' && value.kind.endsWith('List')
  if (!isList || !Array.isArray(value.items)) return [{ source, value, path }]
  return value.items.flatMap((item, index) => flatten(source, item, [...path, 'items', index]))
}

interface ObjectProblem {
  readonly message: string
  readonly path: YamlPath
  readonly hint?: string
}

function objectProblem(value: unknown): ObjectProblem | undefined {
  if (!isMapping(value))
    return { message: 'this is not a Kubernetes object but a plain value or a list', path: [] }
  const { apiVersion, kind, metadata } = value
  if (typeof apiVersion === 'string' && apiVersion.startsWith('kustomize.config.k8s.io/')) {
    return {
      message: 'this is a kustomization, not an object to apply',
      path: ['kind'],
      hint: 'name its directory under `kustomize` instead of `apply`',
    }
  }
  const name = isMapping(metadata) ? metadata.name : undefined
  const fields = { apiVersion, kind, 'metadata.name': name }
  const absent = Object.entries(fields).filter(
    ([, field]) => field === undefined || field === null || field === '',
  )
  if (absent.length > 0) {
    const subject = typeof kind === 'string' ? `this ${kind}` : 'this document'
    return { message: `${subject} lacks ${absent.map(([field]) => `\`${field}\``).join(', ')}`, path: [] }
  }
  const wrong = Object.entries(fields).find(([, field]) => typeof field !== 'string')
  if (wrong === undefined) return undefined
  return {
    message: `\`${wrong[0]}\` must be a text, not \`${JSON.stringify(wrong[1])}\``,
    path: wrong[0].split('.'),
  }
}

/** The first of each object; an `E_MANIFEST_DUPLICATE` for every other. */
export function withoutDuplicates(all: readonly Manifest[]): ManifestRead {
  const firsts = new Map<string, Manifest>()
  const diagnostics: Diagnostic[] = []
  for (const manifest of all) {
    const key = identityOf(manifest.object)
    const first = firsts.get(key)
    if (first === undefined) {
      firsts.set(key, manifest)
      continue
    }
    diagnostics.push({
      code: 'E_MANIFEST_DUPLICATE',
      severity: 'error',
      message: `${describeManifest(manifest)} is there twice`,
      location: manifest.locate(['metadata', 'name']),
      hint: 'only one of them can exist; remove or rename the other',
      related: [{ message: 'it is also here', location: first.locate(['metadata', 'name']) }],
    })
  }
  return { manifests: [...firsts.values()], diagnostics }
}

/** Objects are told apart by group, not by version: `apps/v1` and `apps/v1beta1` are two views of one object. */
export function identityOf(object: KubernetesObject): string {
  const { kind, metadata } = object
  return JSON.stringify([groupOf(object), kind, metadata.namespace ?? 'default', metadata.name])
}
