import type { KubernetesObject } from '../util/kubernetes-object.ts'
import { type BuiltCandidate, builtCandidates } from './built-images.ts'
import { chooseKindConfig } from './choose-sources.ts'
import { type ComposedServices, composeServices } from './compose-services.ts'
import { findingsOf } from './detectors.ts'
import { type FoundNeeds, findNeeds } from './find-needs.ts'
import { behindIngresses } from './find-ports.ts'
import type { Finding } from './findings.ts'
import { baseNamed, isBaseOf, matchImages } from './match-images.ts'
import type { Proposal, ProposedKey } from './proposal.ts'
import { nameImages } from './propose-images.ts'
import { proposeService } from './propose-service.ts'
import type { Repository } from './repository.ts'
import { placeOf, type Unit } from './unit.ts'
import { isWorkload } from './workloads.ts'
import { textAt } from './yaml-values.ts'

export interface ProposalInput {
  readonly findings: readonly Finding[]
  /** What the manifests come to, rendered. */
  readonly units: readonly Unit[]
  readonly crds: readonly string[]
  readonly notes: readonly string[]
  readonly project: string
  readonly repository: Repository
  /** Default: `kind` where the repository has a configuration for it. */
  readonly provider?: 'kind' | 'podman'
}

/** Puts everything that was found together to a configuration. Pure: the same findings give the same text. */
export function propose(input: ProposalInput): Proposal {
  const { findings, project, repository, crds } = input
  const found = builtCandidates(findings, project, repository)
  const written = withoutRepeats(input.units)
  const composed: ComposedServices =
    written.units.length > 0
      ? {
          units: [],
          files: [],
          needs: new Map(),
          reached: [],
          notes: composeNotes(findings),
          candidates: found,
        }
      : composeServices(findings, found, project, repository)
  const { candidates } = composed
  const units = [...written.units, ...composed.units]
  const matched = matchImages(units, candidates, repository)
  const needed = withBases(matched.built, candidates)
  const images = nameImages(needed, matched.pulled, project)
  const { needs, notes: circles } = findNeeds(units, composed.needs)
  const needers = new Set([...needs.values()].flatMap((own) => own.map(({ to }) => to)))
  const reached = new Set([
    ...behindIngresses(units),
    ...findingsOf(findings, 'skaffold').flatMap(({ forwards }) => forwards.map(({ service }) => service)),
    ...composed.reached,
  ])
  const services = inOrder(units, needs).map((unit) =>
    proposeService(unit, needs.get(unit.name) ?? [], {
      reached,
      isTop: !needers.has(unit.name),
      isOwn: runs(unit, matched.candidateOf),
    }),
  )
  const tops = units.filter(({ name }) => !needers.has(name)).map(({ name }) => name)
  const kind = chooseKindConfig(findings)
  const unused = candidates.filter(
    (candidate) => !needed.some((each) => each.dockerfile === candidate.dockerfile),
  )
  return {
    project,
    images,
    services,
    environments: units.length === 0 ? [] : [environment(tops, input, kind.config, units)],
    files: composed.files,
    notes: [
      ...new Set([
        ...input.notes,
        ...written.notes,
        ...composed.notes,
        ...matched.notes,
        ...circles,
        ...kind.notes,
        ...crds.filter(() => units.length === 0).map((path) => `${path}: there is no service for it`),
        ...unused.map(({ dockerfile }) => `${dockerfile}: no manifest runs what it builds`),
      ]),
    ],
  }
}

function environment(
  tops: readonly string[],
  { findings, crds, provider }: ProposalInput,
  kindConfig: string | undefined,
  units: readonly Unit[],
): Proposal['environments'][number] {
  const objects = units.flatMap((unit) => unit.objects)
  const namespaces = undeclaredNamespaces(objects)
  const served = provider ?? (kindConfig === undefined ? 'podman' : 'kind')
  const cluster = {
    provider: served,
    ...(served === 'kind' && kindConfig !== undefined ? { config: kindConfig } : {}),
    ...(served === 'kind' && crds.length > 0 ? { crds } : {}),
    ...(served === 'kind' && namespaces.length > 0 ? { namespaces } : {}),
  }
  const [test, ...others] = new Set(findingsOf(findings, 'tests').map(({ run }) => run))
  const keys: ProposedKey[] = [
    { key: 'services', value: tops, comment: 'what they need comes along' },
    { key: 'cluster', value: cluster },
    ...(test === undefined ? [] : [{ key: 'test', value: { run: test }, comment: 'guess' }]),
  ]
  const comments = [
    ...(test === undefined ? ['add `test: { run: … }` for `kindling test`'] : []),
    ...others.map((run) => `other tests: ${run}`),
  ]
  return { name: 'e2e', keys, comments }
}

/** Namespaces that objects are in and that no manifest makes. */
function undeclaredNamespaces(objects: readonly KubernetesObject[]): string[] {
  const declared = objects.filter(({ kind }) => kind === 'Namespace').map(({ metadata }) => metadata.name)
  const given = ['default', 'kube-system', 'kube-public', 'kube-node-lease']
  const used = objects.flatMap((object) => textAt(object, 'metadata', 'namespace') ?? [])
  return [...new Set(used)].filter((name) => ![...declared, ...given].includes(name)).sort()
}

/** Units whose workloads another one, made of fewer tools, has as well are left out. */
function withoutRepeats(units: readonly Unit[]): {
  readonly units: readonly Unit[]
  readonly notes: string[]
} {
  const owners = new Map<string, Unit>()
  const notes: string[] = []
  const kept = units.filter((unit) => {
    const keys = unit.objects.filter(isWorkload).map(({ kind, metadata }) => `${kind}/${metadata.name}`)
    const other = keys.map((key) => owners.get(key)).find((found) => found !== undefined)
    if (other !== undefined) {
      notes.push(`${placeOf(unit)}: has the same workloads as ${placeOf(other)}`)
      return false
    }
    for (const key of keys) owners.set(key, unit)
    return true
  })
  return { units: kept, notes }
}

/** What the images are built on comes along. */
function withBases(
  built: readonly BuiltCandidate[],
  candidates: readonly BuiltCandidate[],
): readonly BuiltCandidate[] {
  const all = [...built]
  for (const image of all)
    for (const candidate of candidates) {
      const isKnown = all.some(
        ({ name, dockerfile }) => name === candidate.name && dockerfile === candidate.dockerfile,
      )
      if (isKnown) continue
      const named = baseNamed(candidate, image)
      if (isBaseOf(candidate, image)) all.push(candidate)
      else if (named !== undefined) {
        const guess = `guess: this is the \`${named}\` that ${image.dockerfile} starts from`
        all.push({ ...candidate, repository: named, comments: [guess, ...candidate.comments] })
      }
    }
  return all
}

function runs({ objects }: Unit, candidateOf: ReadonlyMap<string, BuiltCandidate>): boolean {
  const text = JSON.stringify(objects)
  return [...candidateOf.keys()].some((image) => text.includes(JSON.stringify(image)))
}

/** Each unit after those it needs. */
function inOrder(units: readonly Unit[], needs: FoundNeeds['needs']): readonly Unit[] {
  const ordered = new Set<Unit>()
  const visit = (unit: Unit | undefined) => {
    if (unit === undefined || ordered.has(unit)) return
    for (const { to } of needs.get(unit.name) ?? []) visit(units.find(({ name }) => name === to))
    ordered.add(unit)
  }
  units.forEach(visit)
  return [...ordered]
}

function composeNotes(findings: readonly Finding[]): readonly string[] {
  return findingsOf(findings, 'compose').map(
    ({ path }) => `${path}: the services are those of the manifests; what it builds was looked at`,
  )
}
