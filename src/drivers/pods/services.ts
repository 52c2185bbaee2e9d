import type { ObjectReader } from './problems.ts'
import { type ServiceSpec, serviceSchema } from './schema.ts'
import type { WantedPod } from './workloads.ts'

/** A Service of the environment with what it selects by. */
export interface NamedService {
  readonly name: string
  readonly namespace: string
  readonly spec: ServiceSpec
  readonly reader: ObjectReader
}

export function readService(reader: ObjectReader): NamedService | undefined {
  const service = reader.read(serviceSchema)
  if (service === undefined) return undefined
  const { spec } = service
  if (spec.type === 'ExternalName') reader.unsupported(['spec', 'type'], 'a Service of type ExternalName')
  for (const [index, port] of (spec.ports ?? []).entries()) {
    if (port.protocol !== undefined && port.protocol !== 'TCP') {
      reader.unsupported(['spec', 'ports', index, 'protocol'], `the protocol ${port.protocol}`)
    }
  }
  const { name, namespace = 'default' } = reader.object.metadata
  return { name, namespace, spec, reader }
}

export function selects(service: NamedService, pod: WantedPod): boolean {
  const selector = Object.entries(service.spec.selector ?? {})
  return (
    selector.length > 0 &&
    service.namespace === pod.namespace &&
    selector.every(([label, value]) => pod.labels[label] === value)
  )
}

/**
 * Every name under which Kubernetes' DNS would answer for a Service, and for the pod of a StatefulSet
 * (https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/).
 */
export function dnsNames(name: string, namespace: string): string[] {
  return [name, `${name}.${namespace}`, `${name}.${namespace}.svc`, `${name}.${namespace}.svc.cluster.local`]
}

/** The container port a Service's port leads to in a pod; `undefined` when no container names it so. */
export function resolveTargetPort(target: string | number, pod: WantedPod): number | undefined {
  if (typeof target === 'number') return target
  return pod.spec.containers.flatMap((container) => container.ports ?? []).find(({ name }) => name === target)
    ?.containerPort
}

/** A port of a Service that differs from the one its pods listen on. */
export interface Redirect {
  readonly from: number
  readonly to: number
}

/** How the ports of the Services in front of a pod map onto the pod's own; tells what cannot be. */
export function redirectsFor(pod: WantedPod, services: readonly NamedService[]): Redirect[] {
  const byPort = new Map<number, number>()
  for (const service of services) {
    for (const [index, port] of (service.spec.ports ?? []).entries()) {
      const path = ['spec', 'ports', index, 'targetPort']
      const target = resolveTargetPort(port.targetPort ?? port.port, pod)
      if (target === undefined) {
        service.reader.invalid(path, `no container of ${pod.workload} has a port named ${port.targetPort}`)
        continue
      }
      const known = byPort.get(port.port)
      if (known !== undefined && known !== target) {
        service.reader.unsupported(
          path,
          `port ${port.port} of ${pod.workload} leading to both ${known} and ${target}`,
        )
      }
      byPort.set(port.port, target)
    }
  }
  return [...byPort].filter(([from, to]) => from !== to).map(([from, to]) => ({ from, to }))
}
