import type { BuiltCandidate } from './built-images.ts'
import { manifestsFor, manifestText, type Unmanifested } from './compose-manifests.ts'
import type { ComposeService } from './compose-service.ts'
import { findingsOf } from './detectors.ts'
import type { FoundNeed } from './find-needs.ts'
import type { ComposeFinding, Finding } from './findings.ts'
import { freeName, nameFrom } from './names.ts'
import { directoryOf, distanceFromTests } from './paths.ts'
import type { ProposedFile } from './proposal.ts'
import type { Repository } from './repository.ts'
import type { Unit } from './unit.ts'

/** Services of a repository without manifests: for these, simple ones are written. */
export interface ComposedServices {
  readonly units: readonly Unit[]
  readonly files: readonly ProposedFile[]
  readonly needs: ReadonlyMap<string, readonly FoundNeed[]>
  /** Services with ports that the host reaches. */
  readonly reached: readonly string[]
  readonly notes: readonly string[]
  /** The images, each with the repository that the manifests have for it. */
  readonly candidates: readonly BuiltCandidate[]
}

/** Makes services of a compose file; where there is none either, of the Dockerfiles. */
export function composeServices(
  findings: readonly Finding[],
  candidates: readonly BuiltCandidate[],
  project: string,
  repository: Repository,
): ComposedServices {
  const { chosen, notes } = chooseCompose(findingsOf(findings, 'compose'))
  const described =
    chosen === undefined
      ? candidates.map((each) => describeImage(each, project))
      : fromCompose(chosen, candidates, project)
  const directory = freeDirectory(repository)
  const taken = new Set<string>()
  const made = described.map(({ origin, ...unmanifested }) => {
    const { service } = unmanifested
    const name = freeName([service.name], taken)
    const objects = manifestsFor(unmanifested, repository)
    const path = `${directory}/${name}.yaml`
    return {
      service,
      unit: { name, source: { kind: 'apply', paths: [path] }, objects, comments: [] } satisfies Unit,
      file: { path, text: manifestText(objects, origin) },
    }
  })
  const unitOf = (name: string) => made.find(({ service }) => service.name === name)?.unit.name
  return {
    units: made.map(({ unit }) => unit),
    files: made.map(({ file }) => file),
    needs: new Map(
      made.map(({ unit, service }) => [
        unit.name,
        service.needs.flatMap((need) => {
          const to = unitOf(need)
          return to === undefined ? [] : [{ to, reason: 'depends_on' }]
        }),
      ]),
    ),
    candidates: candidates.map((each) => ({ ...each, repository: imageOf(each, project) })),
    reached: made.flatMap(({ service, unit }) =>
      service.ports.some(({ isPublished }) => isPublished) ? [unit.name] : [],
    ),
    notes: [
      ...notes,
      ...(chosen?.notes ?? []),
      ...made.flatMap(({ service }) =>
        nameFrom(service.name) === service.name
          ? []
          : [`${service.name}: is called ${nameFrom(service.name)} here, for the others too`],
      ),
    ],
  }
}

/** Where manifests can be written without getting among somebody's own. */
function freeDirectory({ has, files }: Repository): string {
  const isFree = (path: string) => !has(path) && !files.includes(directoryOf(path))
  return ['deploy', 'deploy/kindling'].find(isFree) ?? 'kindling-manifests'
}

function chooseCompose(all: readonly ComposeFinding[]): {
  readonly chosen?: ComposeFinding
  readonly notes: readonly string[]
} {
  const [chosen, ...others] = all.toSorted(
    (a, b) => distance(a.path) - distance(b.path) || a.path.length - b.path.length,
  )
  if (chosen === undefined) return { notes: [] }
  return { chosen, notes: others.map(({ path }) => `${path}: another compose file; ${chosen.path} is taken`) }
}

/** The plain name first: what has another one mostly changes that. */
function distance(path: string): number {
  return /(?:^|\/)(?:docker-)?compose\.ya?ml$/.test(path)
    ? path.split('/').length - 1
    : 10 + distanceFromTests(path)
}

type Described = Unmanifested & { readonly origin: string }

function fromCompose(
  { path, services }: ComposeFinding,
  candidates: readonly BuiltCandidate[],
  project: string,
): Described[] {
  return services.map((service) => {
    const built = candidates.find(
      ({ composeNames }) => service.isBuilt && composeNames.includes(service.name),
    )
    return {
      service,
      image: built === undefined ? (service.image ?? service.name) : imageOf(built, project),
      imagePorts: built?.ports ?? [],
      origin: path,
    }
  })
}

/** A service for what a Dockerfile builds, with the ports it names. */
function describeImage(candidate: BuiltCandidate, project: string): Described {
  const service: ComposeService = {
    ...{ name: candidate.name, isBuilt: true, env: {}, needs: [], files: [], volumes: [], isJob: false },
    ports: candidate.ports.map((port) => ({ port, isPublished: true })),
  }
  return {
    service,
    image: imageOf(candidate, project),
    imagePorts: [],
    origin: candidate.dockerfile,
  }
}

function imageOf({ repository, name }: BuiltCandidate, project: string): string {
  return repository ?? `${project}/${nameFrom(name)}`
}
