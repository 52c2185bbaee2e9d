import type { KubernetesObject } from '../../util/kubernetes-object.ts'
import { describeObject } from '../../util/kubernetes-object.ts'
import type { ManifestProblem, ServiceManifests } from '../cluster.ts'
import type { ForwardTarget } from '../forward.ts'
import { planContainer } from './container-plan.ts'
import type { ContainerPlan, PodPlan } from './pod-plan.ts'
import { ObjectReader } from './problems.ts'
import { configMapSchema, secretSchema } from './schema.ts'
import {
  dnsNames,
  type NamedService,
  readService,
  redirectsFor,
  resolveTargetPort,
  selects,
} from './services.ts'
import { DataObjects } from './variables.ts'
import { claimDirectory, PodVolumes } from './volumes.ts'
import { podsOf, type WantedPod } from './workloads.ts'

const workloadKinds = ['Pod', 'Deployment', 'ReplicaSet', 'StatefulSet', 'DaemonSet', 'Job']
/** Nothing to do for these without an API server, and nothing lost. */
const inertKinds = ['Namespace', 'ServiceAccount']

export interface Translation {
  readonly pods: readonly PodPlan[]
  /** Where the forwards lead, by `forwardKey`: only to what was asked for and is there. */
  readonly forwards: ReadonlyMap<string, readonly PodPort[]>
  readonly problems: readonly ManifestProblem[]
  /** Values of the Secrets, to be kept out of all output. */
  readonly secrets: readonly string[]
}

/** A port of a pod, which it listens on. */
export interface PodPort {
  readonly pod: string
  readonly containerPort: number
}

/** One text for each port of a Service. */
export function forwardKey({ namespace, service, port }: ForwardTarget): string {
  return `${namespace}/${service}:${port}`
}

/**
 * Turns the manifests of an environment into pods for podman. Pure: the same manifests give the same plan. All
 * services are translated together, since names, ConfigMaps and claims reach across them. `forwards` have to be reachable
 * from the host beside the services' own ports.
 */
export function translate(
  services: readonly ServiceManifests[],
  forwards: readonly ForwardTarget[] = [],
): Translation {
  const problems: ManifestProblem[] = []
  const data = new DataObjects()
  const claims = new Set<string>()
  const fronts: NamedService[] = []
  const pods: WantedPod[] = []

  for (const { service, objects } of services) {
    for (const object of objects) {
      const reader = new ObjectReader(service, object, problems)
      if (workloadKinds.includes(object.kind)) pods.push(...podsOf(reader))
      else if (!inertKinds.includes(object.kind)) readSupporting(reader, object, { data, claims, fronts })
    }
  }
  reportAmbiguousNames(fronts)
  reportAmbiguousPods(pods)
  const published = publishPorts(services, pods, fronts, problems)
  const forwarded = forwardPorts(forwards, pods, fronts, published)
  return {
    forwards: forwarded,
    pods: pods.map((pod) => planPod(pod, fronts, data, claims, published.get(pod) ?? [])),
    problems: withoutRepeats(problems),
    secrets: data.secretValues(),
  }
}

/** Replicas share their template, and its problems. */
function withoutRepeats(problems: readonly ManifestProblem[]): ManifestProblem[] {
  const isSame = (a: ManifestProblem, b: ManifestProblem) =>
    a.object === b.object && a.message === b.message && a.path.join('/') === b.path.join('/')
  return problems.filter((problem, index) => problems.findIndex((other) => isSame(problem, other)) === index)
}

interface Supporting {
  readonly data: DataObjects
  readonly claims: Set<string>
  readonly fronts: NamedService[]
}

function readSupporting(reader: ObjectReader, object: KubernetesObject, into: Supporting): void {
  switch (object.kind) {
    case 'Service': {
      const service = readService(reader)
      if (service !== undefined) into.fronts.push(service)
      return
    }
    case 'ConfigMap': {
      const value = reader.read(configMapSchema)
      if (value !== undefined) into.data.addConfigMap(object, value)
      return
    }
    case 'Secret': {
      const value = reader.read(secretSchema)
      if (value !== undefined) into.data.addSecret(object, value)
      return
    }
    case 'PersistentVolumeClaim':
      into.claims.add(claimDirectory(object.metadata.namespace ?? 'default', object.metadata.name))
      return
    default:
      reader.unsupported(['kind'], describeObject(object))
  }
}

const nameHint =
  'give it another name, which an instance of a service has without a `namespace`; or use a Kind cluster'

/** Names are resolved on one network, so that two Services of one name would answer for each other. */
function reportAmbiguousNames(fronts: readonly NamedService[]): void {
  const first = new Map<string, NamedService>()
  for (const front of fronts) {
    const other = first.get(front.name)
    if (other === undefined) first.set(front.name, front)
    else front.reader.unsupported(['metadata', 'name'], `a second Service named ${front.name}`, nameHint)
  }
}

/** In Kubernetes these would be told apart by their kind, namespace or a random suffix. */
function reportAmbiguousPods(pods: readonly WantedPod[]): void {
  const first = new Set<string>()
  for (const { name, reader } of pods) {
    if (first.has(name)) reader.unsupported(['metadata', 'name'], `a second pod named ${name}`, nameHint)
    first.add(name)
  }
}

function planPod(
  pod: WantedPod,
  fronts: readonly NamedService[],
  data: DataObjects,
  claims: ReadonlySet<string>,
  ports: readonly Published[],
): PodPlan {
  const { spec, specPath, reader } = pod
  if (spec.hostNetwork === true) reader.unsupported([...specPath, 'hostNetwork'], 'a pod on the host network')
  const services = fronts.filter((front) => selects(front, pod))
  const volumes = new PodVolumes(pod, data, claims)
  const plan = (isInit: boolean) => {
    const field = isInit ? 'initContainers' : 'containers'
    return (spec[field] ?? []).map((container, index) =>
      planContainer(container, pod, [...specPath, field, index], volumes, data, isInit),
    )
  }
  const hostname = spec.hostname ?? pod.name
  const subdomain = spec.subdomain ?? pod.subdomain
  const containers = plan(false)
  return {
    service: pod.service,
    name: pod.name,
    hostname,
    aliases: [
      ...services.flatMap((service) => dnsNames(service.name, service.namespace)),
      ...(subdomain === undefined
        ? []
        : dnsNames(subdomain, pod.namespace).map((name) => `${hostname}.${name}`)),
    ],
    redirects: redirectsFor(pod, services),
    hosts: (spec.hostAliases ?? []).flatMap(({ ip, hostnames }) => hostnames.map((name) => ({ ip, name }))),
    initContainers: plan(true),
    containers,
    published: [...ports, ...probePorts(containers, ports)],
    files: volumes.files,
    runsToCompletion: pod.job !== undefined,
    graceSeconds: spec.terminationGracePeriodSeconds ?? 30,
  }
}

type Published = PodPlan['published'][number]

/** Finds the pod and container port behind each port that tests reach from the host. */
function publishPorts(
  services: readonly ServiceManifests[],
  pods: readonly WantedPod[],
  fronts: readonly NamedService[],
  problems: ManifestProblem[],
): Map<WantedPod, Published[]> {
  const published = new Map<WantedPod, Published[]>()
  for (const { service, ports, objects } of services) {
    for (const [name, number] of ports) {
      const found = findPort(service, number, pods, fronts)
      if (found === undefined) {
        const [object] = objects
        if (object === undefined) continue
        new ObjectReader(service, object, problems).invalid(
          [],
          `no Service or container of ${service} has the port ${number}, which kindling.yaml names ${name}`,
          'declare the port in a Service whose selector matches the pods, or correct `ports`',
        )
        continue
      }
      const list = published.get(found.pod) ?? []
      published.set(found.pod, [...list, { containerPort: found.containerPort, use: `${service}.${name}` }])
    }
  }
  return published
}

/** Finds the pods and container ports behind each port of a Service, and publishes those that are not. */
function forwardPorts(
  forwards: readonly ForwardTarget[],
  pods: readonly WantedPod[],
  fronts: readonly NamedService[],
  published: Map<WantedPod, Published[]>,
): Map<string, readonly PodPort[]> {
  const found = new Map<string, readonly PodPort[]>()
  for (const target of forwards) {
    const front = fronts.find(
      ({ name, namespace }) => name === target.service && namespace === target.namespace,
    )
    const port = front?.spec.ports?.find((each) => each.port === target.port || each.name === target.port)
    if (front === undefined || port === undefined) continue
    const behind = pods.flatMap((pod): PodPort[] => {
      const containerPort = selects(front, pod)
        ? resolveTargetPort(port.targetPort ?? port.port, pod)
        : undefined
      if (containerPort === undefined) return []
      const list = published.get(pod) ?? []
      const isThere = list.some((each) => each.containerPort === containerPort)
      // podman chooses where it comes out, as for probes.
      if (!isThere) published.set(pod, [...list, { containerPort }])
      return [{ pod: pod.name, containerPort }]
    })
    found.set(forwardKey(target), behind)
  }
  return found
}

function findPort(
  service: string,
  number: number,
  pods: readonly WantedPod[],
  fronts: readonly NamedService[],
): { readonly pod: WantedPod; readonly containerPort: number } | undefined {
  for (const front of fronts) {
    if (front.reader.service !== service) continue
    const port = front.spec.ports?.find((candidate) => candidate.port === number)
    const pod = pods.find((candidate) => selects(front, candidate))
    if (port === undefined || pod === undefined) continue
    const containerPort = resolveTargetPort(port.targetPort ?? port.port, pod)
    if (containerPort !== undefined) return { pod, containerPort }
  }
  const pod = pods.find(
    (candidate) => candidate.service === service && resolveContainerPort(candidate, number) !== undefined,
  )
  return pod === undefined ? undefined : { pod, containerPort: number }
}

function resolveContainerPort(pod: WantedPod, number: number): number | undefined {
  return pod.spec.containers
    .flatMap((container) => container.ports ?? [])
    .find(({ containerPort }) => containerPort === number)?.containerPort
}

/** Ports that readiness checks knock at from the host and nobody leased; podman chooses where they come out. */
function probePorts(containers: readonly ContainerPlan[], leased: readonly Published[]): Published[] {
  const checks = containers.flatMap((container) => container.readiness)
  const ports = new Set(checks.flatMap((check) => (check.kind === 'exec' ? [] : [check.port])))
  for (const { containerPort } of leased) ports.delete(containerPort)
  return [...ports].map((containerPort) => ({ containerPort }))
}
