import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Diagnostic, SourceLocation } from '../diagnostics/diagnostic.ts'
import { parseYaml, type YamlPath, type YamlSource } from '../diagnostics/yaml-source.ts'
import { isMapping } from '../util/is-mapping.ts'
import type { KubernetesObject } from '../util/kubernetes-object.ts'

/** One Kubernetes object of a manifest file, which still knows where each of its fields stands. */
export interface Manifest {
  /** Absolute path. */
  readonly file: string
  readonly object: KubernetesObject
  /** Where the field at a path of the object stands; for one that is absent, its nearest ancestor. */
  readonly locate: (path: YamlPath) => SourceLocation
}

export interface ManifestRead {
  /** In the order of paths, files (by name) and documents; what has errors is left out. */
  readonly manifests: readonly Manifest[]
  readonly diagnostics: readonly Diagnostic[]
}

/** Kind and name, for messages: `Deployment gateway`. */
export function describeManifest({ object }: Pick<Manifest, 'object'>): string {
  return `${object.kind} ${object.metadata.name}`
}

/**
 * Reads the manifests of one service from files and directories (their `.yaml`, `.yml` and `.json` files, not those
 * of subdirectories). All problems are reported; it does not reject because of what the files say.
 */
export async function readManifests(paths: readonly string[]): Promise<ManifestRead> {
  const listings = await Promise.all(paths.map(listFiles))
  const files = [...new Set(listings.flatMap((listing) => listing.files))]
  const reads = await Promise.all(files.map(readManifestFile))
  const all = reads.flatMap((read) => read.manifests)
  const { manifests, diagnostics } = withoutDuplicates(all)
  return {
    manifests,
    diagnostics: [
      ...listings.flatMap((listing) => listing.diagnostics),
      ...reads.flatMap((read) => read.diagnostics),
      ...diagnostics,
    ],
  }
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
        file,
        object: value as KubernetesObject,
        locate: (inner) => source.locate([...path, ...inner]),
      })
    } else {
      invalid.push({
        code: 'E_MANIFEST_INVALID',
        severity: 'error',
        message: problem.message,
        location: source.locate([...path, ...problem.path]),
        hint: 'every object has `apiVersion`, `kind` and `metadata.name`',
      })
    }
  }
  return { manifests, diagnostics: [...yaml.diagnostics, ...invalid] }
}

async function listFiles(path: string): Promise<{ files: string[]; diagnostics: Diagnostic[] }> {
  try {
    if (!(await stat(path)).isDirectory()) return { files: [path], diagnostics: [] }
    const names = (await readdir(path)).filter((name) => /\.(?:ya?ml|json)$/.test(name)).sort()
    if (names.length > 0) return { files: names.map((name) => join(path, name)), diagnostics: [] }
    return { files: [], diagnostics: [missing(`there are no manifests in ${path}`)] }
  } catch (error) {
    return { files: [], diagnostics: [missing(`cannot read ${path}: ${reasonOf(error)}`)] }
  }
}

async function readManifestFile(file: string): Promise<ManifestRead> {
  try {
    return parseManifests(file, await readFile(file, 'utf8'))
  } catch (error) {
    return { manifests: [], diagnostics: [missing(`cannot read ${file}: ${reasonOf(error)}`)] }
  }
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

function objectProblem(value: unknown): { message: string; path: YamlPath } | undefined {
  if (!isMapping(value))
    return { message: 'this is no Kubernetes object, but a plain value or a list', path: [] }
  const { apiVersion, kind, metadata } = value
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

function withoutDuplicates(all: readonly Manifest[]): ManifestRead {
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
function identityOf({ apiVersion, kind, metadata }: KubernetesObject): string {
  const group = apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : ''
  return JSON.stringify([group, kind, metadata.namespace ?? 'default', metadata.name])
}

function missing(message: string): Diagnostic {
  return {
    code: 'E_MANIFEST_MISSING',
    severity: 'error',
    message,
    hint: 'name a file, or a directory with .yaml, .yml or .json files directly in it',
  }
}

function reasonOf(error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code
  if (code === 'ENOENT') return 'there is no such file or directory'
  if (code === 'EACCES') return 'permission denied'
  return error instanceof Error ? error.message : String(error)
}
