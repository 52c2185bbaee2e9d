import { createHash } from 'node:crypto'
import { isMapping } from '../../util/is-mapping.ts'
import { describeObject, type KubernetesObject } from '../../util/kubernetes-object.ts'
import type { ManifestProblem, ServiceManifests } from '../cluster.ts'

/** Where the nodes serve a port of a service that is to be reached from the host. */
export interface Exposure {
  readonly service: string
  /** The port's name in the configuration. */
  readonly port: string
  readonly nodePort: number
}

export interface Exposures {
  readonly exposures: readonly Exposure[]
  /** NodePort Services of our own to be applied with a service, for ports that have no NodePort of their own. */
  readonly extraObjects: ReadonlyMap<string, readonly KubernetesObject[]>
  readonly problems: readonly ManifestProblem[]
}

const lowestNodePort = 30_000
const highestNodePort = 32_767
/** Kubernetes keeps the range up to here for those who name a port, as long as there are others. */
const highestStaticNodePort = 30_085
const longestName = 63

interface ServicePort {
  readonly name?: string
  readonly port: number
  readonly targetPort?: number | string
  readonly protocol?: string
  readonly nodePort?: number
}

/** A Kubernetes Service among the manifests of a service. */
interface Front {
  readonly service: string
  readonly object: KubernetesObject
  readonly type: string
  readonly selector: Readonly<Record<string, unknown>>
  readonly ports: readonly ServicePort[]
}

/**
 * Finds for each declared port of the services the NodePort behind it, or makes one: always the same for the same
 * manifests, and never one that a manifest names (P2).
 */
export function planExposures(services: readonly ServiceManifests[]): Exposures {
  const fronts = services.flatMap(({ service, objects }) =>
    objects.flatMap((object) => frontOf(service, object)),
  )
  const problems = nodePortProblems(fronts)
  const taken = new Set(fronts.flatMap(({ ports }) => ports.flatMap(({ nodePort }) => nodePort ?? [])))
  const exposures: Exposure[] = []
  const made = new Map<Front, (ServicePort & { readonly nodePort: number })[]>()

  for (const { service, objects, ports } of services) {
    const own = fronts.filter((front) => front.service === service)
    for (const [name, number] of ports) {
      const found = findPort(own, number)
      const problem =
        found === undefined ? missingPort(service, objects, own, name, number) : unusable(found, name)
      if (problem !== undefined) {
        problems.push(problem)
        continue
      }
      if (found === undefined) continue
      const { front, port } = found
      const extra = made.get(front) ?? []
      const nodePort =
        ownNodePort(front, port) ??
        extra.find((other) => other.port === port.port)?.nodePort ??
        freeNodePort(`${identity(front.object)}:${port.port}`, taken)
      if (ownNodePort(front, port) === undefined && !taken.has(nodePort)) {
        taken.add(nodePort)
        made.set(front, [...extra, { ...port, nodePort }])
      }
      exposures.push({ service, port: name, nodePort })
    }
  }

  const extraObjects = new Map<string, readonly KubernetesObject[]>()
  for (const [front, ports] of made)
    extraObjects.set(front.service, [
      ...(extraObjects.get(front.service) ?? []),
      nodePortService(front, ports),
    ])
  return { exposures, extraObjects, problems }
}

function frontOf(service: string, object: KubernetesObject): Front[] {
  if (object.kind !== 'Service' || object.apiVersion !== 'v1') return []
  const spec = isMapping(object.spec) ? object.spec : {}
  const ports = Array.isArray(spec.ports) ? spec.ports : []
  return [
    {
      service,
      object,
      type: typeof spec.type === 'string' ? spec.type : 'ClusterIP',
      selector: isMapping(spec.selector) ? spec.selector : {},
      ports: ports.filter(
        (port) => isMapping(port) && typeof port.port === 'number',
      ) as unknown as ServicePort[],
    },
  ]
}

function ownNodePort({ type }: Front, { nodePort }: ServicePort): number | undefined {
  return type === 'NodePort' || type === 'LoadBalancer' ? nodePort : undefined
}

interface FoundPort {
  readonly front: Front
  readonly port: ServicePort
}

/** One that has a NodePort before one that has none, and TCP before anything else. */
function findPort(fronts: readonly Front[], number: number): FoundPort | undefined {
  const found = fronts.flatMap((front) =>
    front.ports.filter(({ port }) => port === number).map((port) => ({ front, port })),
  )
  const rank = ({ front, port }: FoundPort) =>
    (isTcp(port) ? 0 : 2) + (ownNodePort(front, port) === undefined ? 1 : 0)
  return found.sort((a, b) => rank(a) - rank(b))[0]
}

function isTcp({ protocol = 'TCP' }: ServicePort): boolean {
  return protocol === 'TCP'
}

function missingPort(
  service: string,
  objects: readonly KubernetesObject[],
  fronts: readonly Front[],
  name: string,
  number: number,
): ManifestProblem | undefined {
  const object = fronts[0]?.object ?? objects[0]
  if (object === undefined) return undefined
  const ports = fronts.flatMap((front) =>
    front.ports.map(({ port }) => `${port} of ${front.object.metadata.name}`),
  )
  return {
    service,
    object,
    path: fronts.length === 0 ? [] : ['spec', 'ports'],
    kind: 'invalid',
    message: `no Service of ${service} has the port ${number}, which kindling.yaml names ${name}`,
    hint:
      ports.length === 0
        ? 'declare the port in a Service whose selector matches the pods'
        : `there ${ports.length === 1 ? 'is' : 'are'} ${ports.join(', ')}`,
  }
}

function unusable({ front, port }: FoundPort, name: string): ManifestProblem | undefined {
  const { service, object, type, selector, ports } = front
  const problem = (path: readonly (string | number)[], message: string, hint?: string): ManifestProblem => ({
    service,
    object,
    path: ['spec', ...path],
    kind: 'unsupported',
    message,
    ...(hint === undefined ? {} : { hint }),
  })
  const what = `${describeObject(object)}, behind the port ${name} of ${service},`
  if (type === 'ExternalName')
    return problem(['type'], `${what} is of type ExternalName, and leads out of the cluster`)
  if (!isTcp(port)) {
    const path = ['ports', ports.indexOf(port), 'protocol']
    return problem(path, `${what} has that port for ${port.protocol} only; the host reaches ports over TCP`)
  }
  if (Object.keys(selector).length === 0 && ownNodePort(front, port) === undefined)
    return problem([], `${what} has no selector`, 'give it one, or the type NodePort and a `nodePort`')
  return undefined
}

/** NodePorts that the API server would refuse, one at a time and after minutes. */
function nodePortProblems(fronts: readonly Front[]): ManifestProblem[] {
  const first = new Map<string, Front>()
  const problems: ManifestProblem[] = []
  for (const front of fronts) {
    for (const [index, port] of front.ports.entries()) {
      const { nodePort, protocol = 'TCP' } = port
      if (nodePort === undefined || nodePort === 0) continue
      const { service, object } = front
      const at = { service, object, path: ['spec', 'ports', index, 'nodePort'], kind: 'invalid' as const }
      if (nodePort < lowestNodePort || nodePort > highestNodePort) {
        problems.push({
          ...at,
          message: `the nodePort ${nodePort} is not between ${lowestNodePort} and ${highestNodePort}`,
        })
      }
      const key = `${nodePort}/${protocol}`
      const other = first.get(key)
      if (other === undefined) first.set(key, front)
      else {
        problems.push({
          ...at,
          message: `the nodePort ${nodePort} is also that of ${describeObject(other.object)}`,
          hint: 'leave it out, and name the port under `ports` of the service: it is given one of its own',
        })
      }
    }
  }
  return problems
}

/** From the port's name, so that another port that comes or goes moves it only where they meet. */
function freeNodePort(name: string, taken: ReadonlySet<number>): number {
  const size = highestStaticNodePort - lowestNodePort + 1
  const start = createHash('sha256').update(name).digest().readUInt32BE() % size
  for (let step = 0; step < size; step++) {
    const candidate = lowestNodePort + ((start + step) % size)
    if (!taken.has(candidate)) return candidate
  }
  for (let candidate = highestStaticNodePort + 1; candidate <= highestNodePort; candidate++) {
    if (!taken.has(candidate)) return candidate
  }
  throw new Error('Internal error: more ports than a cluster has')
}

function nodePortService(
  { object, selector }: Front,
  ports: readonly (ServicePort & { readonly nodePort: number })[],
): KubernetesObject {
  const { name, namespace } = object.metadata
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: exposedName(name), ...(namespace === undefined ? {} : { namespace }) },
    spec: {
      type: 'NodePort',
      selector,
      ports: ports.map(({ port, targetPort = port, nodePort }) => ({
        name: `port-${port}`,
        port,
        protocol: 'TCP',
        targetPort,
        nodePort,
      })),
    },
  }
}

function exposedName(name: string): string {
  const suffix = '-kindling'
  if (name.length + suffix.length <= longestName) return `${name}${suffix}`
  const hash = createHash('sha256').update(name).digest('hex').slice(0, 8)
  return `${name.slice(0, longestName - suffix.length - hash.length - 1)}-${hash}${suffix}`
}

function identity({ metadata }: KubernetesObject): string {
  return `${metadata.namespace ?? 'default'}/${metadata.name}`
}
