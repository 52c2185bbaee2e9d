import type { KubernetesObject } from '../../util/kubernetes-object.ts'

/** The parts of Kubernetes' own objects that decide on a rollout. */
export interface Condition {
  readonly type: string
  readonly status: string
  readonly reason?: string
  readonly message?: string
}

interface EndedState {
  readonly startedAt?: string
  readonly finishedAt?: string
  readonly exitCode: number
  readonly reason?: string
  readonly message?: string
}

export interface ContainerStatus {
  readonly name: string
  readonly image?: string
  readonly ready?: boolean
  readonly restartCount?: number
  readonly state?: {
    readonly waiting?: { readonly reason?: string; readonly message?: string }
    readonly running?: { readonly startedAt?: string }
    readonly terminated?: EndedState
  }
  readonly lastState?: { readonly terminated?: EndedState }
}

export interface LiveObject extends KubernetesObject {
  readonly metadata: KubernetesObject['metadata'] & {
    readonly uid?: string
    readonly generation?: number
    readonly deletionTimestamp?: string
    readonly creationTimestamp?: string
    readonly ownerReferences?: readonly { readonly uid: string; readonly controller?: boolean }[]
    readonly managedFields?: readonly { readonly manager?: string; readonly time?: string }[]
  }
}

export interface Pod extends LiveObject {
  readonly spec?: {
    readonly nodeName?: string
    readonly restartPolicy?: string
    readonly containers?: readonly {
      readonly name: string
      readonly readinessProbe?: object
      readonly ports?: readonly { readonly name?: string; readonly containerPort: number }[]
    }[]
    readonly initContainers?: readonly { readonly name: string; readonly restartPolicy?: string }[]
  }
  readonly status?: {
    readonly phase?: string
    readonly reason?: string
    readonly message?: string
    readonly conditions?: readonly Condition[]
    readonly initContainerStatuses?: readonly ContainerStatus[]
    readonly containerStatuses?: readonly ContainerStatus[]
  }
}

export interface Workload extends LiveObject {
  readonly spec?: {
    readonly replicas?: number
    readonly backoffLimit?: number
    readonly suspend?: boolean
    readonly updateStrategy?: {
      readonly type?: string
      readonly rollingUpdate?: { readonly partition?: number }
    }
  }
  readonly status?: {
    readonly observedGeneration?: number
    readonly replicas?: number
    readonly readyReplicas?: number
    readonly availableReplicas?: number
    readonly updatedReplicas?: number
    readonly currentRevision?: string
    readonly updateRevision?: string
    readonly desiredNumberScheduled?: number
    readonly updatedNumberScheduled?: number
    readonly numberAvailable?: number
    readonly failed?: number
    readonly conditions?: readonly Condition[]
  }
}

/** An Event: what a controller, the scheduler or a kubelet says about an object. */
export interface EventObject extends LiveObject {
  readonly involvedObject: {
    readonly kind?: string
    readonly namespace?: string
    readonly name?: string
    readonly uid?: string
    readonly fieldPath?: string
  }
  readonly type?: string
  readonly reason?: string
  readonly message?: string
  readonly count?: number
  readonly lastTimestamp?: string | null
  readonly eventTime?: string | null
  readonly series?: { readonly count?: number; readonly lastObservedTime?: string }
}

/** When something was last said, as the server's clock has it; sorts as text. */
export function timeOf(event: EventObject): string {
  const times = [
    event.series?.lastObservedTime,
    event.lastTimestamp,
    event.eventTime,
    event.metadata.creationTimestamp,
  ]
  return times.find((time) => typeof time === 'string') ?? ''
}

export function condition(
  of: { readonly status?: { readonly conditions?: readonly Condition[] } },
  type: string,
): Condition | undefined {
  return of.status?.conditions?.find((candidate) => candidate.type === type)
}

export function uidOf({ metadata }: LiveObject): string {
  return metadata.uid ?? ''
}

export function isOwnedBy(object: LiveObject, uids: ReadonlySet<string>): boolean {
  return (object.metadata.ownerReferences ?? []).some(({ uid }) => uids.has(uid))
}

export function isReadyPod(pod: Pod): boolean {
  return condition(pod, 'Ready')?.status === 'True'
}

/** With its node's help, a pod goes on for a while after it was deleted. */
export function isGoing({ metadata }: LiveObject): boolean {
  return metadata.deletionTimestamp !== undefined
}
