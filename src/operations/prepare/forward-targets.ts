import type { Config, ForwardSpec, Service } from '../../config/config.ts'
import type { Diagnostic } from '../../diagnostics/diagnostic.ts'
import { suggestion } from '../../diagnostics/suggest.ts'
import type { ServiceManifests } from '../../drivers/cluster.ts'
import type { ForwardTarget } from '../../drivers/forward.ts'
import { isMapping } from '../../util/is-mapping.ts'
import type { KubernetesObject } from '../../util/kubernetes-object.ts'

/** Where the forwards of steps lead, by step and name. */
export type ForwardTargets = ReadonlyMap<string, ReadonlyMap<string, ForwardTarget>>

interface Front {
  /** The service whose manifests have it. */
  readonly owner: string
  readonly object: KubernetesObject
  readonly namespace: string
}

/** Finds the Services that forwards lead to among the manifests of what their steps need. */
export function findForwardTargets(
  { services: known, locate }: Pick<Config, 'services' | 'locate'>,
  services: readonly Service[],
  manifests: readonly ServiceManifests[],
): { readonly targets: ForwardTargets; readonly diagnostics: readonly Diagnostic[] } {
  const fronts = manifests.flatMap(({ service, objects }) =>
    objects.flatMap((object): Front[] =>
      object.kind === 'Service' && object.apiVersion === 'v1'
        ? [{ owner: service, object, namespace: object.metadata.namespace ?? 'default' }]
        : [],
    ),
  )
  const diagnostics: Diagnostic[] = []
  const targets = new Map<string, ReadonlyMap<string, ForwardTarget>>()
  for (const { name: step, step: spec } of services) {
    const own = new Map<string, ForwardTarget>()
    for (const [name, forward] of spec?.forwards ?? []) {
      const found = findTarget(forward, fronts, needsOf(step, known))
      if ('namespace' in found) {
        own.set(name, { service: forward.service, namespace: found.namespace, port: forward.port })
      } else {
        const location = locate(['services', step, 'forwards', name, found.key])
        const message = `forward \`${name}\` of \`${step}\`: ${found.message}`
        diagnostics.push({
          code: 'E_CONFIG_UNKNOWN_NAME',
          severity: 'error',
          message,
          location,
          hint: found.hint,
        })
      }
    }
    targets.set(step, own)
  }
  return { targets, diagnostics }
}

interface Problem {
  /** The key of the forward that is wrong. */
  readonly key: keyof ForwardSpec
  readonly message: string
  readonly hint: string
}

function findTarget(
  { service: name, namespace, port }: ForwardSpec,
  fronts: readonly Front[],
  needs: ReadonlySet<string>,
): Pick<Front, 'namespace'> | Problem {
  const named = fronts.filter(({ object }) => object.metadata.name === name)
  if (named.length === 0) {
    const names = fronts.map(({ object }) => object.metadata.name)
    const message = `no manifest of the environment has a Service \`${name}\``
    return { key: 'service', message, hint: suggestion(name, names, 'Services') }
  }
  const [front, ...others] = named.filter((each) => namespace === undefined || each.namespace === namespace)
  const namespaces = named.map((each) => each.namespace)
  if (front === undefined) {
    const message = `there is no Service \`${name}\` in namespace \`${namespace}\``
    return { key: 'namespace', message, hint: suggestion(namespace ?? '', namespaces, 'namespaces with one') }
  }
  if (others.length > 0) {
    const message = `there is a Service \`${name}\` in several namespaces`
    return { key: 'service', message, hint: `add \`namespace\`, one of ${namespaces.join(', ')}` }
  }
  if (!needs.has(front.owner)) {
    const message = `the Service \`${name}\` is one of \`${front.owner}\`, which need not be ready by then`
    return { key: 'service', message, hint: `add \`${front.owner}\` to \`needs\`` }
  }
  const ports = portsOf(front.object)
  if (ports.includes(`${port}`)) return front
  const message = `the Service \`${name}\` has no port \`${port}\``
  return { key: 'port', message, hint: suggestion(`${port}`, ports, 'ports of the Service') }
}

/** Numbers and names. */
function portsOf({ spec }: KubernetesObject): readonly string[] {
  const ports = isMapping(spec) && Array.isArray(spec.ports) ? (spec.ports as readonly unknown[]) : []
  return ports
    .filter(isMapping)
    .flatMap(({ port, name }) => [port, name].filter((each) => each !== undefined).map(String))
}

/** What is ready when a service begins, near and far. */
function needsOf(service: string, known: Config['services']): ReadonlySet<string> {
  const needs = new Set<string>()
  const visit = (name: string) => {
    for (const need of known.get(name)?.needs ?? []) {
      if (needs.has(need)) continue
      needs.add(need)
      visit(need)
    }
  }
  visit(service)
  return needs
}
