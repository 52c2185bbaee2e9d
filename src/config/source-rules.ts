import type { Diagnostic, SourceLocation } from '../diagnostics/diagnostic.ts'
import type { YamlPath, YamlSource } from '../diagnostics/yaml-source.ts'
import { isMapping } from '../util/is-mapping.ts'
import type { Config, Service } from './config.ts'
import type { ManifestSource } from './manifest-source.ts'
import { sourceKeys } from './v1alpha1-sources.ts'

/** A file that a service is made from. */
interface NeededFile {
  readonly what: string
  readonly file: string
  readonly location: SourceLocation
}

/** Every service has manifests, or is a step. */
export function checkHasSources({ services }: Config, source: YamlSource): readonly Diagnostic[] {
  const written = isMapping(source.value) ? source.value.services : undefined
  return [...services.values()].flatMap(({ name, sources, location }) => {
    const keys = isMapping(written) && isMapping(written[name]) ? Object.keys(written[name]) : []
    // A key with an error in it has been reported, and is not in the sources.
    if (sources.length > 0 || [...sourceKeys, 'instanceOf', 'run'].some((key) => keys.includes(key)))
      return []
    return [
      {
        code: 'E_CONFIG_INVALID',
        severity: 'error',
        message: `service \`${name}\` has no manifests: it needs \`apply\`, \`kustomize\`, \`helm\`, \`command\` or \`run\``,
        location,
        hint: 'for example `apply: deploy/postgres.yaml`',
      },
    ]
  })
}

/** Files that do not exist; what only helm can find, such as a chart in a repository, is left to it. */
export function checkSourceFiles(
  { services }: Config,
  source: YamlSource,
  exists: (path: string) => boolean,
): readonly Diagnostic[] {
  // Those of an instance are its original's.
  const originals = [...services.values()].filter(({ instance }) => instance === undefined)
  return originals.flatMap((service) =>
    neededFiles(service, source)
      .filter(({ file }) => !exists(file))
      .map(({ what, file, location }) => ({
        code: 'E_CONFIG_FILE_MISSING',
        severity: 'error',
        message: `${what} of service \`${service.name}\` does not exist`,
        location,
        hint: `looked for ${file}; relative paths start at the directory of this file`,
      })),
  )
}

function neededFiles({ name, sources, step }: Service, source: YamlSource): NeededFile[] {
  const inputs = step?.inputs ?? []
  return [
    ...sources.flatMap((from) => filesOf(from, ['services', name, from.kind], source)),
    ...inputs.flatMap((input) =>
      input.kind === 'path' ? [{ what: 'an input', file: input.path, location: input.location }] : [],
    ),
  ]
}

function filesOf(from: ManifestSource, at: YamlPath, { locate }: YamlSource): NeededFile[] {
  switch (from.kind) {
    case 'path':
      return [{ what: 'the manifest', file: from.path, location: from.location }]
    case 'kustomize':
      return [{ what: 'the kustomization', file: from.directory, location: from.location }]
    case 'helm':
      return [
        ...from.values.map((file, index) => ({
          what: 'a values file',
          file,
          location: locate([...at, 'values', index]),
        })),
        ...[...from.setFile].map(([value, file]) => ({
          what: `the file for \`${value}\``,
          file,
          location: locate([...at, 'setFile', value]),
        })),
      ]
    case 'glob':
    case 'command':
      return []
  }
}
