import type { ContainerPlan, ReadinessCheck } from './pod-plan.ts'
import type { Path } from './problems.ts'
import { parseQuantity } from './quantity.ts'
import type { Container, Probe } from './schema.ts'
import { resolveTargetPort } from './services.ts'
import { type DataObjects, environmentOf, expand } from './variables.ts'
import type { PodVolumes } from './volumes.ts'
import type { WantedPod } from './workloads.ts'

/** Kubernetes' default for `timeoutSeconds` of a probe. */
const defaultProbeTimeoutSeconds = 1

/** A container of a pod, everything resolved; what cannot be served is told to the pod's reader. */
export function planContainer(
  container: Container,
  pod: WantedPod,
  path: Path,
  volumes: PodVolumes,
  data: DataObjects,
  isInit: boolean,
): ContainerPlan {
  const env = environmentOf(container, pod, data, path)
  const security = { ...pod.spec.securityContext, ...container.securityContext }
  const limits = container.resources?.limits ?? {}
  const memoryBytes = quantityAt(limits, 'memory', pod, path)
  const cpus = quantityAt(limits, 'cpu', pod, path)
  const { fsGroup, supplementalGroups = [], runAsUser, runAsGroup } = security
  if (container.restartPolicy === 'Always' && isInit) {
    pod.reader.unsupported(
      [...path, 'restartPolicy'],
      'a sidecar container (init container that keeps running)',
    )
  }
  return {
    name: container.name,
    image: container.image,
    ...(container.command === undefined || container.command.length === 0
      ? {}
      : { entrypoint: container.command.map((word) => expand(word, env)) }),
    args: (container.args ?? []).map((word) => expand(word, env)),
    env,
    mounts: volumes.mountsOf(container, path),
    ...(container.workingDir === undefined ? {} : { workingDir: container.workingDir }),
    ...(runAsUser === undefined
      ? {}
      : { user: runAsGroup === undefined ? `${runAsUser}` : `${runAsUser}:${runAsGroup}` }),
    groups: fsGroup === undefined ? supplementalGroups : [...supplementalGroups, fsGroup],
    ...(memoryBytes === undefined ? {} : { memoryBytes }),
    ...(cpus === undefined ? {} : { cpus }),
    readOnlyRoot: security.readOnlyRootFilesystem === true,
    privileged: security.privileged === true,
    addCapabilities: security.capabilities?.add ?? [],
    dropCapabilities: security.capabilities?.drop ?? [],
    restart: isInit ? 'no' : restartOf(pod),
    readiness: isInit ? [] : readinessOf(container, pod, path),
  }
}

function restartOf(pod: WantedPod): ContainerPlan['restart'] {
  if (pod.job !== undefined) return pod.job.backoffLimit === 0 ? 'no' : `on-failure:${pod.job.backoffLimit}`
  switch (pod.spec.restartPolicy) {
    case 'Never':
      return 'no'
    case 'OnFailure':
      // podman wants a number; a pod is given up long before by the service's own tolerance.
      return 'on-failure:100'
    default:
      return 'always'
  }
}

function quantityAt(
  limits: Readonly<Record<string, string | number>>,
  name: string,
  pod: WantedPod,
  path: Path,
): number | undefined {
  const text = limits[name]
  if (text === undefined) return undefined
  const value = parseQuantity(text)
  if (value === undefined) {
    pod.reader.invalid([...path, 'resources', 'limits', name], `${text} is not a quantity`)
  }
  return value
}

function readinessOf(container: Container, pod: WantedPod, path: Path): ReadinessCheck[] {
  const checks: ReadinessCheck[] = []
  for (const field of ['startupProbe', 'readinessProbe'] as const) {
    const probe = container[field]
    const check = probe === undefined ? undefined : checkOf(probe, pod, [...path, field])
    if (check !== undefined) checks.push(check)
  }
  return checks
}

function checkOf(probe: Probe, pod: WantedPod, path: Path): ReadinessCheck | undefined {
  const portAt = (field: string, port: string | number): number | undefined => {
    const number = resolveTargetPort(port, pod)
    if (number === undefined) {
      pod.reader.invalid([...path, field, 'port'], `no container of ${pod.workload} has a port named ${port}`)
    }
    return number
  }
  if (probe.httpGet !== undefined) {
    const port = portAt('httpGet', probe.httpGet.port)
    if (port === undefined) return undefined
    const url = (probe.httpGet.path ?? '').replace(/^\/?/, '/')
    return { kind: 'http', port, path: url, isTls: probe.httpGet.scheme === 'HTTPS' }
  }
  if (probe.tcpSocket !== undefined) {
    const port = portAt('tcpSocket', probe.tcpSocket.port)
    return port === undefined ? undefined : { kind: 'tcp', port }
  }
  if (probe.exec !== undefined) {
    const timeoutMs = (probe.timeoutSeconds ?? defaultProbeTimeoutSeconds) * 1000
    return { kind: 'exec', command: probe.exec.command, timeoutMs }
  }
  pod.reader.unsupported(path, 'a gRPC probe', 'use an httpGet, tcpSocket or exec probe, or a Kind cluster')
  return undefined
}
