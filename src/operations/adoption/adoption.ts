import { join, relative } from 'node:path'
import type { Config } from '../../config/config.ts'
import { servicesOf } from '../../config/select.ts'
import { type PreparedManifests, prepareManifests } from '../../deploy/prepare.ts'
import { type BuiltCandidate, builtCandidates } from '../../init/built-images.ts'
import { chooseSources } from '../../init/choose-sources.ts'
import { detect, findingsOf } from '../../init/detectors.ts'
import type { Finding } from '../../init/findings.ts'
import { matchImages } from '../../init/match-images.ts'
import { nameFrom } from '../../init/names.ts'
import { projectName } from '../../init/project-name.ts'
import { openRepository, type Repository } from '../../init/repository.ts'
import type { Unit } from '../../init/unit.ts'
import { isWorkload } from '../../init/workloads.ts'
import { projectId } from '../environment-id.ts'
import type { Host } from '../host.ts'
import { listFiles } from '../init/list-files.ts'
import { renderUnits } from '../init/render-units.ts'
import { wholeRun } from '../measured/measured.ts'
import { manifestSources } from '../prepare/manifest-sources.ts'
import { type CountFindings, lintRepository } from './adoption-lint.ts'
import type { Adoption, ServiceAdoption } from './adoption-report.ts'
import { nextStep } from './adoption-steps.ts'

export interface AdoptionOptions {
  /** Absolute path of the repository. */
  readonly root: string
  /** Absent where there is none yet. */
  readonly config?: Config
  readonly host: Host
  readonly signal: AbortSignal
}

/** Looks at every service of a repository, those in `kindling.yaml` and those that are not there yet. */
export async function adoption({ root, config, host, signal }: AdoptionOptions): Promise<Adoption> {
  const exec = host.exec()
  const repository = openRepository(root, await listFiles(root, exec))
  const { findings } = detect(repository)
  const project = config?.project ?? projectName(findings, repository)
  const scripts = findingsOf(findings, 'set-up')
  const chosen = chooseSources(findings, project, repository)
  const units = await renderUnits(chosen.units, root, exec, signal)
  const candidates = builtCandidates(findings, project, repository)
  const prepared =
    config === undefined
      ? undefined
      : await prepareManifests(manifestSources(config, [...config.services.values()], exec, { signal }), [
          ...config.images.values(),
        ])
  const countFindings = await lintRepository(
    root,
    candidates.map(({ dockerfile }) => dockerfile),
    config === undefined ? undefined : { config, host },
    signal,
  )
  const known =
    config === undefined || prepared === undefined
      ? []
      : configured(config, prepared, findings, host, countFindings)
  const strangers = unknown(units, candidates, config, prepared, findings, repository, countFindings)
  const hasConfig = config !== undefined
  return {
    project,
    hasConfig,
    scripts,
    services: [...known, ...strangers].map((service) => ({ ...service, next: nextStep(service, hasConfig) })),
  }
}

type Looked = Omit<ServiceAdoption, 'next'>

/** Those of `kindling.yaml`. */
function configured(
  config: Config,
  prepared: PreparedManifests,
  findings: readonly Finding[],
  host: Host,
  countFindings: CountFindings,
): readonly Looked[] {
  const unprovided = new Set(
    prepared.diagnostics
      .filter(({ code }) => code === 'E_MANIFEST_IMAGE')
      .map(({ location }) => location?.file),
  )
  const inEnvironments = [...config.environments.values()].map((environment) => ({
    name: environment.name,
    services: new Set(servicesOf(config, environment).map(({ name }) => name)),
  }))
  return [...config.services.values()].map((service): Looked => {
    const images = (prepared.imagesOf.get(service.name) ?? []).flatMap(
      (name) => config.images.get(name) ?? [],
    )
    const built = images.filter((image) => image.kind === 'built')
    const isUnknown = service.sources.some((source) => source.kind === 'path' && unprovided.has(source.path))
    const environments = inEnvironments
      .filter(({ services }) => services.has(service.name))
      .map(({ name }) => name)
    const scripts = scriptsFor(
      service.name,
      built.map(({ dockerfile }) => relative(config.root, dockerfile)),
      findings,
    )
    const setUpMs = environments
      .map((name) => host.history.lastMs(projectId(config), wholeRun('up', name)))
      .find((ms) => ms > 0)
    const isOwn = environments.length > 0
    const files = [
      ...built.map(({ dockerfile }) => dockerfile),
      ...service.sources.flatMap((source) => (source.kind === 'path' ? [source.path] : [])),
    ]
    return {
      service: service.name,
      image: isUnknown ? 'unknown' : built.length > 0 ? 'built' : images.length > 0 ? 'pulled' : 'none',
      hasManifests: service.sources.length > 0,
      environments,
      way: isOwn ? (scripts.length > 0 ? 'both' : 'kindling') : scripts.length > 0 ? 'scripts' : 'none',
      scripts,
      ...(built.length === 0
        ? {}
        : { isCoverageReady: built.every(({ coverageArgs }) => coverageArgs.size > 0) }),
      lintFindings: sum(files.map(countFindings)),
      ...(setUpMs === undefined ? {} : { setUpMs }),
    }
  })
}

/** Those with manifests, or with a Dockerfile that somebody builds, of which `kindling.yaml` knows nothing. */
function unknown(
  units: readonly Unit[],
  candidates: readonly BuiltCandidate[],
  config: Config | undefined,
  prepared: PreparedManifests | undefined,
  findings: readonly Finding[],
  repository: Repository,
  countFindings: CountFindings,
): readonly Looked[] {
  const countIn = (file: string) => countFindings(join(repository.root, file))
  const applied = new Set(
    (prepared?.services ?? []).flatMap(({ objects }) => objects.filter(isWorkload).map(identity)),
  )
  const strange = units.filter(({ objects }) => {
    const workloads = objects.filter(isWorkload)
    return workloads.length > 0 && !workloads.some((workload) => applied.has(identity(workload)))
  })
  const { candidateOf, built } = matchImages(strange, candidates, repository)
  const configuredFiles = [...(config?.images.values() ?? [])].flatMap((image) =>
    image.kind === 'built' ? [relative(repository.root, image.dockerfile)] : [],
  )
  const rows = strange.map((unit): Looked => {
    const text = JSON.stringify(unit.objects)
    const own = [...candidateOf].filter(([image]) => text.includes(JSON.stringify(image)))
    const scripts = scriptsFor(
      unit.name,
      own.map(([, { dockerfile }]) => dockerfile),
      findings,
    )
    return {
      service: unit.name,
      image: own.length > 0 ? 'built' : 'pulled',
      hasManifests: true,
      environments: [],
      way: scripts.length > 0 ? 'scripts' : 'none',
      scripts,
      lintFindings: sum(own.map(([, { dockerfile }]) => countIn(dockerfile))),
      ...(own.length === 0 ? {} : { isCoverageReady: false }),
    }
  })
  const seen = new Set([...configuredFiles, ...built.map(({ dockerfile }) => dockerfile)])
  const bare = candidates.filter(({ isBuilt, dockerfile }) => isBuilt && !seen.has(dockerfile))
  return [
    ...rows,
    ...bare.map(({ name, dockerfile }): Looked => {
      const scripts = scriptsFor(name, [dockerfile], findings)
      return {
        ...{ service: nameFrom(name), image: 'built', hasManifests: false, environments: [] },
        ...{ way: scripts.length > 0 ? 'scripts' : 'none', scripts, isCoverageReady: false },
        lintFindings: countIn(dockerfile),
      }
    }),
  ]
}

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0)
}

function identity({ kind, metadata }: Unit['objects'][number]): string {
  return `${kind}/${metadata.name}`
}

/** Where scripts build one of these Dockerfiles, or load or apply something of that name. */
function scriptsFor(
  service: string,
  dockerfiles: readonly string[],
  findings: readonly Finding[],
): readonly string[] {
  const builds = findingsOf(findings, 'build').filter(
    ({ by, dockerfile }) => by === 'command' && dockerfiles.includes(dockerfile),
  )
  const word = new RegExp(`(?<![\\w.-])${service}(?![\\w-])`)
  const others = findingsOf(findings, 'set-up').filter(
    ({ does, text }) => does !== 'build' && word.test(text),
  )
  return [...new Set([...builds, ...others].map(({ path, line }) => `${path}:${line ?? 1}`))]
}
