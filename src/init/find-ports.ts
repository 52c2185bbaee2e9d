import { isMapping } from '../util/is-mapping.ts'
import type { KubernetesObject } from '../util/kubernetes-object.ts'
import { freeName } from './names.ts'
import type { Unit } from './unit.ts'
import { wellKnown } from './well-known.ts'
import { containersOf, isWorkload, selectorOf, selects } from './workloads.ts'
import { listAt, textAt, valueAt } from './yaml-values.ts'

/** A port of a Service that tests may want. */
export interface FoundPort {
  readonly name: string
  readonly port: number
  /** The Service it is a port of. */
  readonly service: string
  /** Others of the unit with a port of that number, which `ports` cannot reach: it knows ports by their number. */
  readonly hidden: readonly string[]
  /** Path of a request that its readiness probe makes. */
  readonly probePath?: string
}

/** Ports that tell about a service rather than being it. */
const aside = /metrics|debug|pprof|admin|health|prometheus/i

export interface PortHints {
  /** Services that others name for people to reach: by Service name. */
  readonly reached: ReadonlySet<string>
  /** Whether nobody else in the environment uses the unit, so that the tests do. */
  readonly isTop: boolean
  /** Whether one of its images is built here. */
  readonly isOwn: boolean
}

/** The ports of a unit that tests reach: what leads out of the cluster, and those of the repository's own services. */
export function findPorts({ objects }: Unit, { reached, isTop, isOwn }: PortHints): readonly FoundPort[] {
  const taken = new Set<string>()
  const found = new Map<number, FoundPort>()
  const behind = new Map<number, KubernetesObject>()
  const services = objects.filter(({ kind }) => kind === 'Service')
  // As the providers look for a port: one that has a NodePort first.
  for (const service of [...services.filter(hasNodePort), ...services.filter((one) => !hasNodePort(one))]) {
    const { name: serviceName } = service.metadata
    const type = textAt(service, 'spec', 'type')
    const isOut = type === 'NodePort' || type === 'LoadBalancer' || reached.has(serviceName)
    const workload = objects.find((object) => isWorkload(object) && selects(selectorOf(service), object))
    if (workload === undefined || !(isOut || isOwn || isTop)) continue
    for (const port of listAt(service, 'spec', 'ports')) {
      const number = Number(textAt(port, 'port'))
      const own = textAt(port, 'name')
      const isTcp = (textAt(port, 'protocol') ?? 'TCP') === 'TCP'
      if (!isTcp || !(number > 0) || (!isOut && aside.test(own ?? ''))) continue
      const first = found.get(number)
      if (first !== undefined) {
        // Another name for the same pods hides nothing.
        if (behind.get(number) !== workload)
          found.set(number, { ...first, hidden: [...first.hidden, serviceName] })
        continue
      }
      behind.set(number, workload)
      const probePath = probePathOf(workload, textAt(port, 'targetPort') ?? String(number))
      const isHttp = probePath !== undefined || [80, 3000, 5000, 8000, 8080, 8081].includes(number)
      const name = freeName([own ?? (isHttp ? 'http' : serviceName), `port-${number}`], taken)
      const probe = probePath === undefined ? {} : { probePath }
      found.set(number, { name, port: number, service: serviceName, hidden: [], ...probe })
    }
  }
  return [...found.values()]
}

function hasNodePort(service: KubernetesObject): boolean {
  return listAt(service, 'spec', 'ports').some((port) => textAt(port, 'nodePort') !== undefined)
}

/** The path that a readiness probe asks for at a port of the pods, by its number or name. */
function probePathOf(workload: KubernetesObject, target: string): string | undefined {
  for (const container of containersOf(workload)) {
    const request = valueAt(container, 'readinessProbe', 'httpGet')
    if (!isMapping(request) || textAt(request, 'scheme') === 'HTTPS') continue
    // Who asks with headers of its own would be answered otherwise.
    if (listAt(request, 'httpHeaders').length > 0) continue
    const ports = listAt(container, 'ports')
    const numberOf = (port: string) =>
      textAt(
        ports.find((each) => textAt(each, 'name') === port),
        'containerPort',
      ) ?? port
    if (numberOf(textAt(request, 'port') ?? '') === numberOf(target)) return textAt(request, 'path') ?? '/'
  }
  return undefined
}

/** A command that says when a program everybody knows is ready, for a unit that has no probe of its own. */
export function findCheck({ objects }: Unit): readonly string[] | undefined {
  const workloads = objects.filter((object) => isWorkload(object) && object.kind !== 'Job')
  const [workload] = workloads
  if (workload === undefined || workloads.length > 1) return undefined
  const containers = listAt(workload, 'spec', 'template', 'spec', 'containers')
  if (containers.some((container) => valueAt(container, 'readinessProbe') !== undefined)) return undefined
  const [main] = containers
  return wellKnown(textAt(main, 'image') ?? '')?.isReady
}

/** Services that an Ingress leads to. */
export function behindIngresses(units: readonly Unit[]): readonly string[] {
  const names: string[] = []
  const visit = (value: unknown) => {
    if (Array.isArray(value)) value.forEach(visit)
    if (!isMapping(value)) return
    const name = textAt(value, 'service', 'name') ?? textAt(value, 'serviceName')
    if (name !== undefined) names.push(name)
    Object.values(value).forEach(visit)
  }
  for (const { objects } of units)
    for (const object of objects) if (object.kind === 'Ingress') visit(object.spec)
  return names
}
