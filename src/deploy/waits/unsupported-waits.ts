import type { Diagnostic, SourceLocation } from '../../diagnostics/diagnostic.ts'
import { suggestion } from '../../diagnostics/suggest.ts'
import type { YamlPath } from '../../diagnostics/yaml-source.ts'
import type { KubernetesObject } from '../../util/kubernetes-object.ts'
import type { WaitDescription } from './strategies.ts'

/** What the checks need of a service's configuration. */
export interface WaitSource {
  readonly name: string
  readonly ready: readonly WaitDescription[]
}

type Locate = (path: YamlPath) => SourceLocation

/** By provider, the conditions it has no way to see. */
const unsupported: Readonly<Record<string, readonly WaitDescription['kind'][]>> = { podman: ['condition'] }

/** The conditions that a provider cannot serve; `locate` finds the place of a value in the configuration. */
export function unsupportedWaits(
  provider: string,
  services: readonly WaitSource[],
  locate: Locate,
): readonly Diagnostic[] {
  return services.flatMap(({ name, ready }) =>
    ready.flatMap(({ kind }, index): Diagnostic[] => {
      if (unsupported[provider]?.includes(kind) !== true) return []
      return [
        {
          code: 'E_MANIFEST_UNSUPPORTED',
          severity: 'error',
          message: `service \`${name}\` waits for a \`${kind}\`, which the provider ${provider} cannot see`,
          location: locate(['services', name, 'ready', index, kind]),
          hint: 'use a Kind cluster for this environment: `provider: kind`',
        },
      ]
    }),
  )
}

const kindOf = { job: 'Job', endpoints: 'Service' } as const

/** Jobs and Services that conditions wait for and no manifest of their service has. */
export function unknownWaits(
  services: readonly WaitSource[],
  objectsOf: (service: string) => readonly KubernetesObject[],
  locate: Locate,
): readonly Diagnostic[] {
  return services.flatMap(({ name, ready }) =>
    ready.flatMap((wait, index): Diagnostic[] => {
      if (wait.kind !== 'job' && wait.kind !== 'endpoints') return []
      const kind = kindOf[wait.kind]
      const names = objectsOf(name)
        .filter((object) => object.kind === kind)
        .map(({ metadata }) => metadata.name)
      if (wait.name === undefined ? names.length > 0 : names.includes(wait.name)) return []
      const what = wait.name === undefined ? kind : `${kind} \`${wait.name}\``
      return [
        {
          code: 'E_CONFIG_UNKNOWN_NAME',
          severity: 'error',
          message: `service \`${name}\` waits for a ${what}, and its manifests have none`,
          location: locate(['services', name, 'ready', index]),
          hint: suggestion(wait.name ?? '', names, `${kind}s of its manifests`),
        },
      ]
    }),
  )
}
