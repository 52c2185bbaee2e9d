import type { Diagnostic, SourceLocation } from '../diagnostics/diagnostic.ts'
import { suggestion } from '../diagnostics/suggest.ts'
import type { YamlPath, YamlSource } from '../diagnostics/yaml-source.ts'
import { isMapping } from '../util/is-mapping.ts'
import type { Config, Service } from './config.ts'
import type { Draft, ServiceUse } from './draft.ts'
import { servicesOf } from './select.ts'
import { sourceKeys } from './v1alpha1-sources.ts'

/** Keys that mean something for manifests alone, and for a step alone. */
const manifestKeys = [...sourceKeys, 'namespace', 'imagePaths', 'ready', 'restarts', 'ports']
const stepKeys = ['forwards', 'inputs']

/** A service is a step, or has manifests: what belongs to the other would have no effect. */
export function checkStepKeys({ services }: Config, source: YamlSource): readonly Diagnostic[] {
  return [...services.values()].flatMap(({ name, step, outputs }) => {
    const at = ['services', name]
    const isStep = step !== undefined || keysAt(source, at).includes('run')
    const foreign = keysAt(source, at).filter((key) => (isStep ? manifestKeys : stepKeys).includes(key))
    const kind = isStep ? 'log' : 'stdout'
    return [
      ...foreign.map((key) => misplaced(name, isStep, key, source.locateKey([...at, key]))),
      ...[...outputs].flatMap(([output, spec]) =>
        spec.kind === kind
          ? [misplaced(name, isStep, kind, source.locateKey([...at, 'outputs', output, kind]))]
          : [],
      ),
    ]
  })
}

function misplaced(name: string, isStep: boolean, key: string, location: SourceLocation): Diagnostic {
  return {
    code: 'E_CONFIG_INVALID',
    severity: 'error',
    message: isStep
      ? `service \`${name}\` runs a command on the host: it has no \`${key}\``
      : `service \`${name}\` has no \`run\`, which \`${key}\` belongs to`,
    location,
    hint: hintFor(isStep, key),
  }
}

function hintFor(isStep: boolean, key: string): string {
  if (key === 'log') return 'what its command prints is `stdout`'
  if (key === 'stdout') return 'what its containers print is `log`'
  return isStep ? 'a service has either `run` or manifests; make two of it' : `remove \`${key}\``
}

/** Ports, outputs and forwards that expressions speak of are there. */
export function checkUses({ config, uses }: Draft, source: YamlSource): readonly Diagnostic[] {
  return uses.flatMap((use) => {
    const service = config.services.get(use.service)
    if (service === undefined) return []
    const environment = use.by === 'environment' ? config.environments.get(use.name) : undefined
    if (environment !== undefined && !servicesOf(config, environment).includes(service)) {
      const message = `service \`${service.name}\` is not part of environment \`${environment.name}\``
      return [unknown(message, use.location, 'add it to its `services`')]
    }
    const names = declared(use, service, source)
    if (names.includes(use.what)) return []
    const message = `service \`${service.name}\` has no ${use.of} \`${use.what}\``
    return [unknown(message, use.location, suggestion(use.what, names, `${use.of}s of the service`))]
  })
}

/** From the text as well: what has an error in it has been declared all the same. An instance may have it of another. */
function declared({ of }: ServiceUse, service: Service, source: YamlSource): readonly string[] {
  const { name, instance, ports, outputs } = service
  const inherited =
    instance === undefined || of === 'forward' ? [] : { port: ports, output: outputs }[of].keys()
  return [...new Set([...keysAt(source, ['services', name, `${of}s`]), ...inherited])]
}

function unknown(message: string, location: SourceLocation, hint: string): Diagnostic {
  return { code: 'E_CONFIG_UNKNOWN_NAME', severity: 'error', message, location, hint }
}

function keysAt({ value }: YamlSource, path: YamlPath): readonly string[] {
  const at = path.reduce<unknown>((of, step) => (isMapping(of) ? of[String(step)] : undefined), value)
  return isMapping(at) ? Object.keys(at) : []
}
