import { isMapping } from '../../util/is-mapping.ts'
import type { Detector } from '../detector.ts'
import type { BuildFinding, Finding, Release } from '../findings.ts'
import { lastPart, repositoryOf } from '../names.ts'
import { baseName, directoryOf, pathFrom } from '../paths.ts'
import type { Repository } from '../repository.ts'
import { listAt, mappingsIn, textAt, textMapAt, textsAt, valueAt } from '../yaml-values.ts'

/** `skaffold.yaml`: the images it builds, and the manifests, kustomizations and charts it applies. */
export const skaffold: Detector = {
  name: 'skaffold.yaml',
  isFor: (path) => /^skaffold(?:[.-][\w-]+)?\.ya?ml$/.test(baseName(path)),
  detect: (path, text, repository) =>
    mappingsIn(text).flatMap((config) =>
      textAt(config, 'apiVersion')?.startsWith('skaffold/') ? readConfig(path, config, repository) : [],
    ),
}

const unknownBuilders = ['jib', 'ko', 'bazel', 'buildpacks', 'custom'] as const

function readConfig(path: string, config: Record<string, unknown>, { has }: Repository): Finding[] {
  const directory = directoryOf(path)
  const from = (written: string) => pathFrom(directory, written)
  const notes: string[] = []
  const name = textAt(config, 'metadata', 'name')
  const builds = listAt(config, 'build', 'artifacts').flatMap((artifact): BuildFinding[] => {
    const image = textAt(artifact, 'image')
    const repository = image === undefined ? undefined : repositoryOf(image)
    if (repository === undefined) return []
    const builder = unknownBuilders.find((name) => valueAt(artifact, name) !== undefined)
    if (builder !== undefined) {
      notes.push(`${path} builds ${repository} with ${builder}, and not from a Dockerfile`)
      return []
    }
    const context = from(textAt(artifact, 'context') ?? '.')
    const file = textAt(artifact, 'docker', 'dockerfile') ?? 'Dockerfile'
    const dockerfile = context === undefined ? undefined : pathFrom(context, file)
    if (context === undefined || dockerfile === undefined || !has(dockerfile)) {
      notes.push(`${path} builds ${repository} from a Dockerfile that is not there`)
      return []
    }
    const args = Object.entries(textMapAt(artifact, 'docker', 'buildArgs'))
    const isKnown = (value: string) => !value.includes('{{')
    const target = textAt(artifact, 'docker', 'target')
    return [
      {
        ...{ kind: 'build', by: 'skaffold', path, repository, dockerfile, context },
        ...(target === undefined ? {} : { target }),
        args: Object.fromEntries(args.filter(([, value]) => isKnown(value))),
        imageArgs: Object.fromEntries(
          listAt(artifact, 'requires').flatMap((need) => {
            const [needed, alias] = [textAt(need, 'image'), textAt(need, 'alias')]
            const name = alias ?? (needed === undefined ? undefined : aliasOf(needed))
            return needed === undefined || name === undefined ? [] : [[name, repositoryOf(needed) ?? needed]]
          }),
        ),
        unknown: args.filter(([, value]) => !isKnown(value)).map(([name]) => name),
      },
    ]
  })
  return [
    ...builds,
    {
      ...{ kind: 'skaffold', path, notes },
      ...(name === undefined ? {} : { name }),
      manifests: [...rawManifests(config)].flatMap((pattern) => from(pattern) ?? []),
      kustomizations: [
        ...textsAt(config, 'manifests', 'kustomize', 'paths'),
        ...textsAt(config, 'deploy', 'kustomize', 'paths'),
        ...(isMapping(valueAt(config, 'deploy', 'kustomize')) &&
        listAt(config, 'deploy', 'kustomize', 'paths').length === 0
          ? ['.']
          : []),
      ].flatMap((written) => from(written) ?? []),
      releases: ['manifests', 'deploy'].flatMap((part) =>
        listAt(config, part, 'helm', 'releases').flatMap((release) =>
          readRelease(
            release,
            directory,
            builds.flatMap(({ repository }) => repository ?? []),
          ),
        ),
      ),
      forwards: listAt(config, 'portForward').flatMap((forward) => {
        const [service, port] = [textAt(forward, 'resourceName'), Number(textAt(forward, 'port'))]
        const isService = textAt(forward, 'resourceType')?.toLowerCase() === 'service'
        return isService && service !== undefined && port > 0 ? [{ service, port }] : []
      }),
    },
  ]
}

/** What skaffold calls the argument for an image that another one needs, where nobody names it. */
function aliasOf(image: string): string {
  return lastPart(image).toUpperCase().replaceAll('-', '_')
}

function rawManifests(config: Record<string, unknown>): readonly string[] {
  const named = [
    ...textsAt(config, 'manifests', 'rawYaml'),
    ...textsAt(config, 'deploy', 'kubectl', 'manifests'),
  ]
  if (named.length > 0) return named
  const isOther = ['kustomize', 'helm'].some(
    (key) => isMapping(valueAt(config, 'manifests', key)) || isMapping(valueAt(config, 'deploy', key)),
  )
  // What it takes when nobody says so.
  return isOther ? [] : ['k8s/*.yaml']
}

function readRelease(release: unknown, directory: string, built: readonly string[]): Release[] {
  const local = textAt(release, 'chartPath')
  const chart = local === undefined ? textAt(release, 'remoteChart') : pathFrom(directory, local)
  const name = textAt(release, 'name')
  if (chart === undefined || name === undefined) return []
  const [repo, version] = [textAt(release, 'repo'), textAt(release, 'version')]
  const namespace = textAt(release, 'namespace')
  return [
    {
      ...{ name, chart },
      ...(repo === undefined ? {} : { repo }),
      ...(version === undefined ? {} : { version }),
      ...(namespace === undefined ? {} : { namespace }),
      values: textsAt(release, 'valuesFiles').flatMap((file) => pathFrom(directory, file) ?? []),
      set: {
        ...textMapAt(release, 'setValues'),
        ...Object.fromEntries(
          Object.entries(textMapAt(release, 'setValueTemplates')).flatMap(([key, template]) => {
            const value = imageIn(template, built)
            return value === undefined ? [] : [[key, value]]
          }),
        ),
        ...textMapAt(release, 'artifactOverrides'),
      },
    },
  ]
}

/** What a template about the tag of an image comes to, as far as it matters: the tag is another one each time. */
function imageIn(template: string, built: readonly string[]): string | undefined {
  const variable = /\{\{\s*\.IMAGE_([A-Z_]+?)(?:_([a-z]\w*))?\s*\}\}/.exec(template)
  if (variable === null) return template.includes('{{') ? undefined : template
  const [, what = '', mangled] = variable
  if (/TAG|DIGEST/.test(what)) return 'dev'
  return built.find((repository) => repository.replaceAll(/\W/g, '_') === mangled) ?? built[0]
}
