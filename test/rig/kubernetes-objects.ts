import type {
  ContainerStatus,
  EventObject,
  Pod,
  Workload,
} from '../../src/drivers/kubernetes/live-objects.ts'
import type { KubernetesObject } from '../../src/util/kubernetes-object.ts'

/** An object with nothing but a name, and what is said here. */
export function anObject(
  kind: string,
  name: string,
  more: Record<string, unknown> & { readonly apiVersion?: string; readonly namespace?: string } = {},
): KubernetesObject {
  const { apiVersion = apiVersionOf(kind), namespace, ...rest } = more
  return { apiVersion, kind, metadata: { name, ...(namespace === undefined ? {} : { namespace }) }, ...rest }
}

/** A workload whose pods run one container. */
export function aWorkload(kind: string, name: string, spec: Record<string, unknown> = {}): KubernetesObject {
  const labels = { app: name }
  const selector = kind === 'Job' ? {} : { selector: { matchLabels: labels } }
  const template = { metadata: { labels }, spec: { containers: [{ name: 'app', image: `shop/${name}` }] } }
  return anObject(kind, name, { spec: { ...selector, template, ...spec } })
}

function apiVersionOf(kind: string): string {
  if (['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet'].includes(kind)) return 'apps/v1'
  if (kind === 'Job') return 'batch/v1'
  if (kind === 'CustomResourceDefinition') return 'apiextensions.k8s.io/v1'
  return 'v1'
}

/** A workload as a cluster has it, seen by its controller. */
export function aLiveWorkload(
  kind: string,
  name: string,
  { spec = {}, status = {}, annotations = {} }: Record<string, Record<string, unknown>> = {},
): Workload {
  return {
    apiVersion: apiVersionOf(kind),
    kind,
    metadata: {
      name,
      uid: `uid-${name}`,
      generation: 1,
      annotations: { 'deployment.kubernetes.io/revision': '1', ...(annotations as Record<string, string>) },
    },
    spec: { replicas: 1, ...spec },
    status: { observedGeneration: 1, ...status },
  }
}

/** The ReplicaSet that a Deployment has made for its first revision. */
export function aReplicaSet(deployment: string, status: Record<string, unknown> = {}): Workload {
  const { metadata, ...rest } = aLiveWorkload('ReplicaSet', `${deployment}-1`, { status })
  return { ...rest, metadata: { ...metadata, ownerReferences: [{ uid: `uid-${deployment}` }] } }
}

/** A pod of one container, `app`, that runs and is ready, but for what is said here. */
export function aLivePod(
  name: string,
  owner: string,
  { app = {}, init, phase = 'Running', ...more }: LivePodOptions = {},
): Pod {
  const container = { name: 'app', restartCount: 0, ready: true, state: { running: {} }, ...app }
  const isReady = container.ready === true
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      uid: `uid-${name}`,
      namespace: 'default',
      ownerReferences: [{ uid: `uid-${owner}`, controller: true }],
      ...(more.labels === undefined ? {} : { labels: more.labels }),
      ...(more.isGoing === true ? { deletionTimestamp: '2030-01-01T00:00:00Z' } : {}),
    },
    spec: { restartPolicy: more.restartPolicy ?? 'Always', containers: [{ name: 'app' }] },
    status: {
      phase,
      conditions: more.conditions ?? [{ type: 'Ready', status: isReady ? 'True' : 'False' }],
      ...(init === undefined
        ? {}
        : { initContainerStatuses: [{ name: 'prepare', restartCount: 0, ...init }] }),
      ...(more.conditions === undefined ? { containerStatuses: [container] } : {}),
    },
  }
}

interface LivePodOptions {
  readonly app?: Partial<ContainerStatus>
  readonly init?: Partial<ContainerStatus>
  readonly phase?: string
  readonly restartPolicy?: string
  readonly isGoing?: boolean
  readonly labels?: Readonly<Record<string, string>>
  /** Of a pod that has no containers yet. */
  readonly conditions?: readonly { type: string; status: string; reason?: string; message?: string }[]
}

/** A warning about an object. */
export function aWarning(
  about: string,
  reason: string,
  message: string,
  at = '2030-01-01T00:00:00Z',
): EventObject {
  return {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name: `${about}.${reason}`, namespace: 'default' },
    involvedObject: { uid: `uid-${about}`, fieldPath: 'spec.containers{app}' },
    type: 'Warning',
    reason,
    message,
    lastTimestamp: at,
  }
}
