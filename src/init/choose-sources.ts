import type { KubernetesObject } from '../util/kubernetes-object.ts'
import { findingsOf } from './detectors.ts'
import type { Finding, KustomizationFinding, ManifestsFinding, Release } from './findings.ts'
import { groupManifests } from './group-manifests.ts'
import { freeName, nameFrom } from './names.ts'
import { baseName, directoryOf, distanceFromTests, isBelow, patternOf } from './paths.ts'
import type { Repository } from './repository.ts'
import type { RenderedSource, Unit } from './unit.ts'

export interface ChosenSources {
  /** Those of kustomizations and charts without what is rendered. */
  readonly units: readonly Unit[]
  readonly crds: readonly string[]
  readonly notes: readonly string[]
}

/** Directories with manifests that nobody means to apply. */
const asides = /(?:^|\/)(?:testdata|fixtures|samples?|examples?|docs?|templates)\//

/** What the services of a repository are made from: what `skaffold` applies, or else all that is there. */
export function chooseSources(
  findings: readonly Finding[],
  project: string,
  repository: Repository,
): ChosenSources {
  const notes: string[] = []
  const skaffolds = findingsOf(findings, 'skaffold')
  const told = {
    manifests: skaffolds.flatMap(({ manifests }) => manifests),
    kustomizations: skaffolds.flatMap((skaffold) => skaffold.kustomizations),
    releases: skaffolds.flatMap(({ releases }) => releases),
  }
  const manifests = findingsOf(findings, 'manifests').filter(({ path }) => !asides.test(path))
  const kustomizations = findingsOf(findings, 'kustomization').filter(({ path }) => !asides.test(path))
  const charts = findingsOf(findings, 'chart')
  const taken = new Set<string>()

  const patterns = told.manifests.map(patternOf)
  const byPattern = manifests.filter(({ path }) => patterns.some((pattern) => pattern.test(path)))
  const isTold = byPattern.length + told.kustomizations.length + told.releases.length > 0

  const wanted = isTold
    ? kustomizations.filter(({ directory }) => told.kustomizations.includes(directory))
    : variantsChosen(kustomizations, notes)
  const plain = wanted.filter((kustomization) => isPlainBelow(kustomization, kustomizations))
  const listed = new Set(plain.flatMap((each) => [...filesOf(each, kustomizations)]))
  const apart = [...kustomizations, ...charts].map(({ directory }) => directory)
  const bare = manifests.filter(
    ({ path }) => listed.has(path) || (!isTold && !apart.some((directory) => isBelow(path, directory))),
  )
  const grouped = groupManifests([...new Set([...bare, ...byPattern])], project, repository)
  for (const { name } of grouped.units) taken.add(name)

  const rendered = wanted
    .filter((kustomization) => !plain.includes(kustomization))
    .map(({ directory, path }): Unit => {
      const source: RenderedSource = { kind: 'kustomize', directory }
      const objects = rawObjects(path, kustomizations, manifests)
      return { name: freeName([kustomizationName(directory, project)], taken), source, objects, comments: [] }
    })
  const releases = isTold ? told.releases : charts.map(releaseOf)
  const installed = releases.map((release): Unit => {
    const source: RenderedSource = { kind: 'helm', release }
    const comments =
      !isTold && release.values.length > 0 ? [`guess: the values of ${release.values.join(', ')}`] : []
    return { name: freeName([release.name], taken), source, objects: [], comments }
  })
  return {
    units: [...grouped.units, ...rendered, ...installed],
    crds: grouped.crds,
    notes: [...notes, ...grouped.notes, ...skaffolds.flatMap((skaffold) => skaffold.notes)],
  }
}

/** Every kustomization that no other one lists; of those that share files, the one nearest to tests. */
function variantsChosen(
  all: readonly KustomizationFinding[],
  notes: string[],
): readonly KustomizationFinding[] {
  const listed = new Set(all.flatMap(({ resources }) => resources))
  const roots = all
    .filter(({ directory }) => !listed.has(directory))
    .toSorted(
      (a, b) =>
        distanceFromTests(a.directory) - distanceFromTests(b.directory) ||
        (a.directory < b.directory ? -1 : 1),
    )
  const owners = new Map<string, KustomizationFinding>()
  const chosen = roots.filter((root) => {
    const files = filesOf(root, all)
    const other = [...files].map((file) => owners.get(file)).find((found) => found !== undefined)
    if (other !== undefined) {
      notes.push(`${root.directory}: a variant of ${other.directory}`)
      return false
    }
    for (const file of files) owners.set(file, root)
    return true
  })
  return chosen.toSorted((a, b) => (a.directory < b.directory ? -1 : 1))
}

/** The files that a kustomization lists, and those it lists. */
function filesOf(
  { resources }: KustomizationFinding,
  all: readonly KustomizationFinding[],
  seen: Set<string> = new Set(),
): ReadonlySet<string> {
  for (const resource of resources) {
    if (seen.has(resource)) continue
    seen.add(resource)
    const inner = all.find(({ directory }) => directory === resource)
    if (inner !== undefined) filesOf(inner, all, seen)
  }
  return seen
}

/** Whether applying its files is the same as applying what is rendered from it. */
function isPlainBelow(kustomization: KustomizationFinding, all: readonly KustomizationFinding[]): boolean {
  const reached = filesOf(kustomization, all)
  return kustomization.isPlain && all.every(({ directory, isPlain }) => isPlain || !reached.has(directory))
}

/** What a kustomization starts from, for the case that nothing here can render it. */
function rawObjects(
  path: string,
  all: readonly KustomizationFinding[],
  manifests: readonly ManifestsFinding[],
): readonly KubernetesObject[] {
  const kustomization = all.find((each) => each.path === path)
  if (kustomization === undefined) return []
  const files = filesOf(kustomization, all)
  return manifests.filter((file) => files.has(file.path)).flatMap(({ objects }) => objects)
}

const overlayWords =
  /^(?:base|bases|config|default|deploy|deployments?|k8s|kubernetes|kustomize|manifests|overlays?)$/

/** The first word of the path, from its end, that is neither a place for manifests nor a kind of environment. */
function kustomizationName(directory: string, project: string): string {
  const none = distanceFromTests('')
  const word = directory
    .split('/')
    .reverse()
    .find((part) => part !== '.' && !overlayWords.test(part) && distanceFromTests(part) === none)
  return nameFrom(word ?? project)
}

function releaseOf({
  directory,
  name,
  values,
}: {
  readonly directory: string
  readonly name: string
  readonly values: readonly string[]
}): Release {
  const forTests = values
    .filter((file) => distanceFromTests(baseName(file)) < distanceFromTests(''))
    .toSorted((a, b) => distanceFromTests(baseName(a)) - distanceFromTests(baseName(b)))
    .slice(0, 1)
  return { name: nameFrom(name), chart: directory, values: forTests, set: {} }
}

/** The Kind configuration to use: the one nearest to tests. */
export function chooseKindConfig(findings: readonly Finding[]): {
  readonly config?: string
  readonly notes: readonly string[]
} {
  const [config, ...others] = findingsOf(findings, 'kind-config')
    .map(({ path }) => path)
    .filter((path) => !asides.test(path))
    .toSorted(
      (a, b) => distanceFromTests(a) - distanceFromTests(b) || directoryOf(a).length - directoryOf(b).length,
    )
  return {
    ...(config === undefined ? {} : { config }),
    notes: others.map((path) => `${path}: another Kind configuration; ${config} is taken`),
  }
}
