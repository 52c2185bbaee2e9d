import { groupOf } from '../deploy/object-scope.ts'
import { referencesOf, resourceOf } from '../deploy/references.ts'
import { isMapping } from '../util/is-mapping.ts'
import type { KubernetesObject } from '../util/kubernetes-object.ts'
import type { ManifestsFinding } from './findings.ts'
import { freeName, nameFrom } from './names.ts'
import { baseName, directoryOf, distanceFromTests } from './paths.ts'
import type { Repository } from './repository.ts'
import type { Unit } from './unit.ts'
import { isWorkload, selectorOf, selects } from './workloads.ts'

export interface GroupedManifests {
  readonly units: readonly Unit[]
  /** Files with nothing but definitions of custom resources. */
  readonly crds: readonly string[]
  /** What was left out, and why. */
  readonly notes: readonly string[]
}

/** A name that says nothing of what is in the file. */
const generic =
  /^(?:all|app|apps|deploy|deployment|install|k8s|kubernetes|main|manifests?|release|resources|stack)$/

/**
 * Puts manifest files together to services: one for each workload, with what belongs to its pods. Of files that have the
 * same objects, those made for tests are taken.
 */
export function groupManifests(
  all: readonly ManifestsFinding[],
  project: string,
  repository: Repository,
): GroupedManifests {
  const { chosen, notes } = withoutVariants(all)
  const defined = new Set(chosen.flatMap(({ objects }) => objects.flatMap(definedGroup)))
  const crds = chosen.filter(({ objects }) =>
    objects.every(({ kind }) => kind === 'CustomResourceDefinition'),
  )
  // Namespaces are the environment's: they come before all services.
  const isNamespaces = ({ objects }: ManifestsFinding) => objects.every(({ kind }) => kind === 'Namespace')
  const isUndefined = ({ objects }: ManifestsFinding) =>
    objects.every((object) => isCustom(object) && !defined.has(groupOf(object)))
  const files = chosen.filter((file) => !crds.includes(file) && !isNamespaces(file) && !isUndefined(file))
  const seeds = files.filter(({ objects }) => objects.some(isWorkload))
  const members = new Map<ManifestsFinding, ManifestsFinding[]>(seeds.map((seed) => [seed, [seed]]))
  const alone: ManifestsFinding[] = []
  for (const file of files) {
    if (members.has(file)) continue
    const owner = ownerOf(file, seeds)
    if (owner === undefined) alone.push(file)
    else members.get(owner)?.push(file)
  }
  const taken = new Set<string>()
  const groups = [...alone.map((file) => [file]), ...members.values()]
  return {
    units: groups.map((group) => unitOf(group, project, all, repository, taken)),
    crds: crds.map(({ path }) => path),
    notes: [
      ...notes,
      ...chosen
        .filter(isUndefined)
        .map(
          ({ path, objects: [object] }) =>
            `${path}: nothing here defines a ${object?.kind} (${object?.apiVersion})`,
        ),
    ],
  }
}

/** Whether an object is none that every cluster knows. */
function isCustom(object: KubernetesObject): boolean {
  const group = groupOf(object)
  return group.includes('.') && !group.endsWith('.k8s.io')
}

function definedGroup({ kind, spec }: KubernetesObject): string[] {
  return kind === 'CustomResourceDefinition' && isMapping(spec) ? [String(spec.group)] : []
}

/** The only workload file that uses what a file has, or is used by it; otherwise the only one of its directory. */
function ownerOf(file: ManifestsFinding, seeds: readonly ManifestsFinding[]): ManifestsFinding | undefined {
  const linked = seeds.filter((seed) => isLinked(seed, file))
  if (linked.length === 1) return linked[0]
  const beside = (linked.length > 0 ? linked : seeds).filter(
    ({ path }) => directoryOf(path) === directoryOf(file.path),
  )
  return beside.length === 1 && directoryOf(file.path) !== '.' ? beside[0] : undefined
}

function isLinked(seed: ManifestsFinding, file: ManifestsFinding): boolean {
  return (
    refersTo(seed.objects, file.objects) ||
    refersTo(file.objects, seed.objects) ||
    file.objects.some((object) => seed.objects.some((workload) => selects(selectorOf(object), workload)))
  )
}

/** Whether one of these objects names one of those. */
export function refersTo(these: readonly KubernetesObject[], those: readonly KubernetesObject[]): boolean {
  const names = new Set(those.map(({ kind, metadata }) => `${resourceOf(kind)}/${metadata.name}`))
  return these.some((object) =>
    referencesOf(object).some(({ resource, name }) => names.has(`${resource}/${name}`)),
  )
}

function unitOf(
  files: readonly ManifestsFinding[],
  project: string,
  all: readonly ManifestsFinding[],
  repository: Repository,
  taken: Set<string>,
): Unit {
  const paths = files.map(({ path }) => path).sort()
  const objects = files.flatMap((file) => file.objects)
  const workloads = objects.filter(isWorkload)
  const [first = ''] = paths
  const stem = baseName(first).replace(/\.\w+$/, '')
  const named = generic.test(stem) ? project : stem
  const names = workloads.length === 1 ? workloads.map(({ metadata }) => metadata.name) : [named]
  const comments =
    workloads.length > 1
      ? [
          `${workloads.length} workloads in one file come up together; in files of their own they could wait for each other`,
        ]
      : []
  return {
    name: freeName([...names, `${nameFrom(baseName(directoryOf(first)))}-${stem}`], taken),
    source: { kind: 'apply', paths: wholeDirectory(paths, all, repository) ?? paths },
    objects,
    comments,
  }
}

/** The directory of files that are all the manifests directly in it. */
function wholeDirectory(
  paths: readonly string[],
  all: readonly ManifestsFinding[],
  { files }: Repository,
): readonly string[] | undefined {
  const [directory, ...others] = new Set(paths.map(directoryOf))
  if (directory === undefined || others.length > 0 || directory === '.' || paths.length === 1)
    return undefined
  const there = files.filter((file) => directoryOf(file) === directory && /\.(?:ya?ml|json)$/.test(file))
  const known = new Set(all.map(({ path }) => path))
  return there.length === paths.length && there.every((file) => known.has(file)) ? [directory] : undefined
}

/** Of files with the same object, the one whose path is nearest to tests. */
function withoutVariants(all: readonly ManifestsFinding[]): {
  readonly chosen: readonly ManifestsFinding[]
  readonly notes: readonly string[]
} {
  const firsts = new Map<string, ManifestsFinding>()
  const notes: string[] = []
  const chosen = all
    .toSorted((a, b) => distanceFromTests(a.path) - distanceFromTests(b.path) || (a.path < b.path ? -1 : 1))
    .filter((file) => {
      const keys = file.objects.map(
        ({ kind, metadata }) => `${kind}/${metadata.namespace ?? ''}/${metadata.name}`,
      )
      const other = keys.map((key) => firsts.get(key)).find((found) => found !== undefined)
      const isNamespace = file.objects.every(({ kind }) => kind === 'Namespace')
      if (other !== undefined && !isNamespace) {
        notes.push(`${file.path}: has the same objects as ${other.path}`)
        return false
      }
      for (const key of keys) firsts.set(key, file)
      return true
    })
  return { chosen: chosen.toSorted((a, b) => (a.path < b.path ? -1 : 1)), notes }
}
