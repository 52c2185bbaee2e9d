import type { YamlPath } from '../diagnostics/yaml-source.ts'
import type { Service } from './config.ts'
import { convertService, needsAt } from './convert-service.ts'
import { type Conversion, isWritten, mapOf, refuse } from './draft.ts'
import { inheritVariables } from './inherit-variables.ts'
import type { ServiceV1Alpha1 } from './v1alpha1-service.ts'
import { sourceKeys } from './v1alpha1-sources.ts'

type ServicesV1Alpha1 = Readonly<Record<string, ServiceV1Alpha1>>

/** The services as later steps want them, instances with what they have of others; links go to the conversion. */
export function convertServices(services: ServicesV1Alpha1, context: Conversion): Map<string, Service> {
  const converted = mapOf(services, (name, service) => convertService(name, service, context))
  return mapOf(services, (name, { instanceOf }) => {
    const service = converted.get(name)
    if (service === undefined) throw new Error(`Internal error: ${name} was not converted`)
    if (instanceOf === undefined) return service
    const original = findOriginal(name, instanceOf, services, converted, context)
    return original === undefined ? service : asInstance(service, original, services, context)
  })
}

/** What is the instance's own to say, if it wants to. */
const ownKeys = ['namespace', 'needs', 'ready', 'timeout', 'restarts', 'ports', 'env', 'outputs'] as const

/** The service that one says it is an instance of; `undefined` where it cannot be, which is told. */
function findOriginal(
  name: string,
  of: string,
  services: ServicesV1Alpha1,
  converted: ReadonlyMap<string, Service>,
  context: Conversion,
): Service | undefined {
  const at = ['services', name]
  const place = [...at, 'instanceOf']
  const location = context.source.locate(place)
  context.links.push({ kind: 'instance', from: name, target: 'service', to: of, location })
  refuseForeignKeys(name, of, at, context)
  const original = converted.get(of)
  const first = services[of]?.instanceOf
  if (original?.step !== undefined) {
    const message = `\`${of}\` runs a command on the host, and has no instances`
    refuse(context, place, message, 'name a service that has manifests')
    return undefined
  }
  if (first === undefined) return original
  const message =
    of === name ? `\`${of}\` cannot be an instance of itself` : `\`${of}\` is an instance itself`
  const isCircle = first === name || first === of
  const hint = isCircle ? 'name a service that has manifests of its own' : `write \`instanceOf: ${first}\``
  refuse(context, place, message, hint)
  return undefined
}

function refuseForeignKeys(name: string, of: string, at: YamlPath, context: Conversion): void {
  for (const key of [...sourceKeys, 'imagePaths', 'run']) {
    if (!isWritten(context, [...at, key])) continue
    const message = `service \`${name}\` is an instance of \`${of}\` and has its manifests, not \`${key}\` of its own`
    refuse(context, [...at, key], message, `leave \`${key}\` out, or \`instanceOf\``)
  }
}

function asInstance(
  service: Service,
  original: Service,
  services: ServicesV1Alpha1,
  context: Conversion,
): Service {
  const { name } = service
  const at = ['services', name]
  const location = context.source.locate([...at, 'instanceOf'])
  const own = new Set(ownKeys.filter((key) => isWritten(context, [...at, key])))
  const from = (key: (typeof ownKeys)[number]) => (own.has(key) ? service : original)
  const link = { kind: 'service', target: 'service', location, inheritedFrom: original.name } as const
  const inherit = (to: string) => {
    // A name that does not exist is told of where it stands.
    if (services[to] !== undefined) context.links.push({ ...link, from: name, to })
    return to
  }
  const inherited = own.has('env') ? undefined : inheritVariables(original, name, location, context)
  const told = own.has('env') ? service.needs : (inherited?.needs.map(inherit) ?? [])
  const needsOf = (level: 'ready' | 'applied') =>
    own.has('needs')
      ? needsAt(level, services[name]?.needs ?? [])
      : needsAt(level, services[original.name]?.needs ?? []).map(inherit)
  const { namespace } = from('namespace')
  return {
    name,
    instance: {
      of: original.name,
      keepsNames: own.has('namespace') && service.namespace !== original.namespace,
    },
    sources: original.sources,
    env: inherited?.env ?? service.env,
    outputs: from('outputs').outputs,
    ...(namespace === undefined ? {} : { namespace }),
    imagePaths: original.imagePaths,
    needs: [...new Set([...needsOf('ready'), ...told])],
    appliedNeeds: [...new Set(needsOf('applied'))],
    ready: from('ready').ready,
    awaitsPorts: from('ready').awaitsPorts,
    timeoutMs: from('timeout').timeoutMs,
    restarts: from('restarts').restarts,
    ports: own.has('ports')
      ? service.ports
      : // A port of the host is there once.
        new Map([...original.ports].map(([port, spec]) => [port, { port: spec.port }])),
    location: service.location,
  }
}
