import type { Diagnostic, SourceLocation } from '../diagnostics/diagnostic.ts'
import { suggestion } from '../diagnostics/suggest.ts'
import type { YamlPath, YamlSource } from '../diagnostics/yaml-source.ts'
import { localRepository, tryParseReference } from '../util/image-reference.ts'
import { isMapping } from '../util/is-mapping.ts'
import { findCycles } from './cycle.ts'
import { cycleProblem } from './cycle-problem.ts'
import type { Draft, Link } from './draft.ts'
import { checkGeneratedNames, checkParts, checkRecipes, checkSigners } from './generated-rules.ts'
import { servicesOf } from './select.ts'
import { checkHasSources, checkSourceFiles } from './source-rules.ts'
import { checkStepKeys, checkUses } from './step-rules.ts'

/** What the rules know of the world outside the file. */
export interface ConfigFacts {
  /** Whether there is a file or directory at an absolute path. */
  readonly exists: (path: string) => boolean
  readonly env: Readonly<Record<string, string | undefined>>
}

type Rule = (draft: Draft, source: YamlSource, facts: ConfigFacts) => readonly Diagnostic[]

/** What must hold between the parts of a configuration; each rule reports all it finds. */
export function checkRules(draft: Draft, source: YamlSource, facts: ConfigFacts): readonly Diagnostic[] {
  return rules.flatMap((rule) => rule(draft, source, facts))
}

const nouns: Readonly<Record<Link['kind'], string>> = {
  image: 'image',
  service: 'service',
  instance: 'instance',
  environment: 'environment',
  generated: 'generated value',
}

const unknownNames: Rule = ({ links }, source) =>
  links.flatMap((link) => {
    const declared = declaredNames(source, link.target)
    if (declared === undefined || declared.includes(link.to)) return []
    const message = `${nouns[link.kind]} \`${link.from}\` refers to ${nouns[link.target]} \`${link.to}\`, which does not exist`
    const hint = suggestion(link.to, declared, `${nouns[link.target]}s`)
    return [problem('E_CONFIG_UNKNOWN_NAME', message, link.location, hint)]
  })

const cycles: Rule = ({ links }) =>
  (['image', 'service'] as const).flatMap((kind) =>
    findCycles(links.filter((link) => link.kind === kind && link.target === kind)).map(cycleProblem),
  )

const missingFiles: Rule = ({ config }, source, { exists }) => {
  const check = (what: string, file: string, path: YamlPath) =>
    exists(file)
      ? []
      : [
          problem(
            'E_CONFIG_FILE_MISSING',
            `${what} does not exist`,
            source.locate(path),
            `looked for ${file}; relative paths start at the directory of this file`,
          ),
        ]
  const images = [...config.images.values()].flatMap((image) => {
    if (image.kind === 'external') return []
    const at = ['images', image.name]
    return [
      ...check(`the Dockerfile of image \`${image.name}\``, image.dockerfile, [...at, 'dockerfile']),
      ...check(`the context of image \`${image.name}\``, image.context, [...at, 'context']),
      ...[...(image.coverage?.paths ?? [])].flatMap(([inImage, path]) =>
        check(`the directory for \`${inImage}\` of image \`${image.name}\``, path, [
          ...at,
          'coverage',
          'paths',
          inImage,
        ]),
      ),
      ...[...image.secrets].flatMap(([id, secret]) =>
        secret.kind === 'env'
          ? []
          : check(`the secret \`${id}\` of image \`${image.name}\``, secret.file, [
              ...at,
              'secrets',
              id,
              'file',
            ]),
      ),
    ]
  })
  const clusters = [...config.environments.values()].flatMap(({ name, cluster: { configFile, crds } }) => {
    const at = ['environments', name, 'cluster']
    return [
      ...(configFile === undefined
        ? []
        : check(`the Kind configuration of \`${name}\``, configFile, [...at, 'config'])),
      ...crds.flatMap((file, index) =>
        file.kind === 'glob'
          ? []
          : check(`the file with definitions for \`${name}\``, file.path, [...at, 'crds', index]),
      ),
    ]
  })
  return [...images, ...checkSourceFiles(config, source, exists), ...clusters]
}

const someManifests: Rule = ({ config }, source) => checkHasSources(config, source)

const waitPorts: Rule = ({ config }, source) =>
  [...config.services.values()].flatMap(({ name, ready, ports }) =>
    ready.flatMap((wait, index) => {
      if (!('port' in wait) || ports.has(wait.port)) return []
      const path = ['services', name, 'ready', index, wait.kind, 'port']
      const message = `service \`${name}\` has no port \`${wait.port}\``
      const hint =
        ports.size === 0
          ? `declare it: \`ports: { ${wait.port}: 8080 }\``
          : suggestion(wait.port, ports.keys(), 'ports of the service')
      return [problem('E_CONFIG_UNKNOWN_NAME', message, source.locate(path), hint)]
    }),
  )

const uses: Rule = (draft, source) => checkUses(draft, source)

const stepKeys: Rule = ({ config }, source) => checkStepKeys(config, source)

const hostPorts: Rule = ({ config }, source) => {
  const found = new Map<string, Diagnostic>()
  for (const environment of config.environments.values()) {
    const owners = new Map<number, { owner: string; location: SourceLocation }>()
    for (const service of servicesOf(config, environment)) {
      for (const [port, { hostPort }] of service.ports) {
        if (hostPort === undefined) continue
        const owner = `${service.name}.${port}`
        const location = source.locate(['services', service.name, 'ports', port, 'host'])
        const first = owners.get(hostPort)
        if (first === undefined) {
          owners.set(hostPort, { owner, location })
          continue
        }
        const key = [first.owner, owner].sort().join()
        // The same two services may meet in several environments; once is enough.
        if (found.has(key)) continue
        const message = `host port ${hostPort} of \`${owner}\` is taken by \`${first.owner}\` in environment \`${environment.name}\``
        found.set(key, {
          ...problem('E_PORT_CONFLICT', message, location, 'leave `host` out to have a free port allocated'),
          related: [{ message: `\`${first.owner}\` takes it`, location: first.location }],
        })
      }
    }
  }
  return [...found.values()]
}

const sameRepository: Rule = ({ config }, source) => {
  const entries = [...config.images.values()].flatMap((image) => {
    if (image.kind === 'external') return []
    const reference = tryParseReference(image.repository)
    const location = source.locate(['images', image.name, 'repository'])
    return reference === undefined ? [] : [{ key: localRepository(reference), name: image.name, location }]
  })
  return duplicates(entries).map(([first, second]) => ({
    ...problem(
      'E_CONFIG_DUPLICATE',
      `images \`${first.name}\` and \`${second.name}\` are both the repository \`${second.key}\``,
      second.location,
      'give one of them another `repository`; manifests could not tell them apart',
    ),
    related: [{ message: `\`${first.name}\` has it`, location: first.location }],
  }))
}

const oneDefault: Rule = ({ config }, source) => {
  const entries = [...config.environments.values()].flatMap(({ name, isDefault }) => {
    const location = source.locate(['environments', name, 'default'])
    return isDefault ? [{ key: 'default', name, location }] : []
  })
  return duplicates(entries).map(([first, second]) => ({
    ...problem(
      'E_CONFIG_DUPLICATE',
      `environment \`${second.name}\` cannot be the default, \`${first.name}\` is`,
      second.location,
      'write `default: true` in one of them only',
    ),
    related: [{ message: `\`${first.name}\` is the default`, location: first.location }],
  }))
}

const variables: Rule = (draft, _, { env }) =>
  draft.variables
    .filter(({ variable }) => env[variable] === undefined)
    .map(({ variable, location }) =>
      problem(
        'E_CONFIG_EXPRESSION',
        `the environment variable \`${variable}\` is not set`,
        location,
        `set it, for example \`export ${variable}=…\``,
      ),
    )

const rules: readonly Rule[] = [
  unknownNames,
  cycles,
  missingFiles,
  someManifests,
  waitPorts,
  stepKeys,
  uses,
  hostPorts,
  sameRepository,
  oneDefault,
  variables,
  checkRecipes,
  checkParts,
  checkSigners,
  checkGeneratedNames,
]

/** From the text, not from the draft: an entry with an error in it has been declared all the same. */
function declaredNames(source: YamlSource, target: Link['target']): readonly string[] | undefined {
  const key = target === 'generated' ? target : `${target}s`
  const section = isMapping(source.value) ? source.value[key] : undefined
  if (section === undefined) return []
  return isMapping(section) ? Object.keys(section) : undefined
}

function duplicates<T extends { readonly key: string }>(entries: readonly T[]): readonly (readonly [T, T])[] {
  const firsts = new Map<string, T>()
  return entries.flatMap((entry) => {
    const first = firsts.get(entry.key)
    if (first !== undefined) return [[first, entry] as const]
    firsts.set(entry.key, entry)
    return []
  })
}

function problem(
  code: Diagnostic['code'],
  message: string,
  location: SourceLocation | undefined,
  hint: string,
): Diagnostic {
  return { code, severity: 'error', message, hint, ...(location === undefined ? {} : { location }) }
}
