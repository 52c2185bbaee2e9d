import { readFileSync } from 'node:fs'
import type { Config, Environment } from '../../config/config.ts'
import { servicesOf } from '../../config/select.ts'
import { prepareManifests } from '../../deploy/prepare.ts'
import type { Diagnostic } from '../../diagnostics/diagnostic.ts'
import type { YamlPath } from '../../diagnostics/yaml-source.ts'
import { contextFiles, ignoreFileOf } from '../../images/context-files.ts'
import { sourcesOf } from '../../lint/dockerfile/copied.ts'
import { readDockerfile } from '../../lint/dockerfile/dockerfile.ts'
import type {
  ContextFacts,
  KindConfigFacts,
  ObjectFacts,
  ProjectFacts,
} from '../../lint/project/project-rule.ts'
import type { KubernetesObject } from '../../util/kubernetes-object.ts'
import type { Host } from '../host.ts'
import { manifestSources } from '../prepare/manifest-sources.ts'
import { builtImages, isBuiltBy } from './dockerfile-builds.ts'
import { kindConfigOf } from './kind-configs.ts'

/** What has been read of a project, and what could not be. */
export interface ReadProject {
  readonly facts: ProjectFacts
  readonly diagnostics: readonly Diagnostic[]
}

/** Reads all that the rules of a project look at: contexts, Kind configurations, and the manifests of each environment. */
export async function readProject(
  config: Config,
  host: Host,
  textOf: (file: string) => string | undefined,
  options: { readonly signal?: AbortSignal } = {},
): Promise<ReadProject> {
  const objects = new Map<string, ObjectFacts>()
  const problems = new Map<string, Diagnostic>()
  for (const environment of config.environments.values()) {
    const services = servicesOf(config, environment)
    const sources = manifestSources(config, services, host.exec(), options)
    const prepared = await prepareManifests(sources, [...config.images.values()])
    for (const diagnostic of prepared.diagnostics) problems.set(keyOf(diagnostic), diagnostic)
    for (const { service, objects: own } of prepared.services) {
      for (const object of own) {
        const locate = (path: YamlPath) =>
          prepared.locate({ service, object, path, kind: 'invalid', message: '' }).location ??
          environment.location
        const key = `${JSON.stringify(locate([]))} ${object.kind} ${object.metadata.name}`
        objects.set(key, withEnvironment(objects.get(key), environment, object, locate, config))
      }
    }
  }
  const kindConfigs = kindConfigsOf(config, textOf)
  const all = [...problems.values()]
  return {
    facts: {
      config,
      contexts: contextsOf(config),
      kindConfigs,
      objects: [...objects.values()],
      imageProblems: all.filter(isImageProblem),
    },
    diagnostics: [
      ...all.filter((diagnostic) => !isImageProblem(diagnostic)),
      ...kindConfigs.flatMap(({ diagnostics }) => diagnostics.filter(({ severity }) => severity === 'error')),
    ],
  }
}

function isImageProblem({ code }: Diagnostic): boolean {
  return code === 'E_MANIFEST_IMAGE'
}

function keyOf({ code, message, location }: Diagnostic): string {
  return JSON.stringify([code, message, location])
}

function withEnvironment(
  before: ObjectFacts | undefined,
  { name }: Environment,
  object: KubernetesObject,
  locate: ObjectFacts['locate'],
  config: Config,
): ObjectFacts {
  return {
    object,
    environments: [...(before?.environments ?? []), name],
    locate,
    isBuiltHere: isBuiltBy(config),
  }
}

function kindConfigsOf(config: Config, textOf: (file: string) => string | undefined): KindConfigFacts[] {
  const users = new Map<string, Environment[]>()
  for (const environment of config.environments.values()) {
    const { configFile } = environment.cluster
    if (configFile !== undefined) users.set(configFile, [...(users.get(configFile) ?? []), environment])
  }
  return [...users].flatMap(([file, environments]) => {
    const text = textOf(file)
    if (text === undefined) return []
    const [image, ...others] = new Set(environments.map(({ cluster }) => cluster.nodeImage))
    const names = environments.map(({ name }) => name)
    return [kindConfigOf(file, text, names, others.length === 0 ? image : undefined)]
  })
}

/** Each context once for each ignore file: images may have one of their own. */
function contextsOf(config: Config): ContextFacts[] {
  const contexts = new Map<string, ContextFacts>()
  for (const { name, context, dockerfile } of builtImages(config)) {
    const ignoreFile = ignoreFileOf(context, dockerfile)
    const key = `${context}\0${ignoreFile}`
    const before = contexts.get(key)
    const copied = [...(before?.copied ?? []), ...copiedBy(dockerfile)]
    contexts.set(key, {
      ...(before ?? {
        ...measured(context, dockerfile),
        directory: context,
        location: config.locate(['images', name, 'context']),
        ...(ignoreFile === undefined ? {} : { ignoreFile }),
      }),
      images: [...(before?.images ?? []), name],
      copied,
    })
  }
  return [...contexts.values()]
}

function measured(context: string, dockerfile: string): Pick<ContextFacts, 'bytes' | 'entries'> {
  const entries = new Map<string, number>()
  let bytes = 0
  for (const entry of contextFiles(context, dockerfile)) {
    if (entry.kind !== 'file') continue
    const size = Number(entry.stats.size)
    const [first = ''] = entry.path.split('/')
    bytes += size
    entries.set(first, (entries.get(first) ?? 0) + size)
  }
  return { bytes, entries }
}

function copiedBy(dockerfile: string): string[] {
  const { instructions } = readDockerfile(readFileSync(dockerfile, 'utf8'))
  return instructions.flatMap((instruction) =>
    sourcesOf(instruction).flatMap(({ path }) =>
      path === undefined ? [] : [path.replace(/^(?:\.?\/)+/, '').replace(/\/$/, '')],
    ),
  )
}
