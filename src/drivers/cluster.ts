import type { KubernetesObject } from '../util/kubernetes-object.ts'
import type { CallOptions } from './container-engine.ts'
import type { Forward, ForwardTarget } from './forward.ts'
import { labels } from './labels.ts'

/** The label that all pods of a service have, whoever runs them; its value is the service's name. */
export const serviceLabel: string = labels.service

/** What a cluster is to serve: the environment's services with their manifests, images injected. */
export interface ServiceManifests {
  readonly service: string
  readonly objects: readonly KubernetesObject[]
  /** Ports of its Services that must be reachable from the host, by name. */
  readonly ports: ReadonlyMap<string, number>
}

/** Something a manifest asks for that a provider cannot serve, or that is wrong in it. */
export interface ManifestProblem {
  readonly service: string
  /** The object as it was given in. */
  readonly object: KubernetesObject
  /** Where in the object. */
  readonly path: readonly (string | number)[]
  readonly kind: 'unsupported' | 'invalid' | 'duplicate'
  readonly message: string
  readonly hint?: string
}

/** How far a service is on its way to running, in the sense of a Kubernetes rollout. */
export interface RolloutState {
  readonly ready: number
  readonly total: number
  /** What is still missing, in a few words; empty when nothing is. */
  readonly waitingFor: string
  /** Set when it will not become ready by waiting. */
  readonly failure?: { readonly message: string; readonly detail: string; readonly hint?: string }
}

/** Which workloads of a service are looked at; absent means all. */
export interface RolloutOptions extends CallOptions {
  /** Its Jobs alone: all of them, or the one of this name. */
  readonly job?: string | true
}

/** Which container of a service is meant; absent means the first that can serve, or all of them. */
export interface ContainerChoice {
  readonly container?: string
  /** A pod, or the workload whose pods are meant. */
  readonly pod?: string
}

/** What a container has printed since an earlier look. */
export interface LogPiece {
  /** `web-1/app`, for people. */
  readonly container: string
  /** Of the container as it was last started; another one after each restart. */
  readonly run: string
  /** As printed, secrets and all: to be searched, not shown. */
  readonly lines: readonly string[]
  /** Where the next look goes on; its first lines may be the last of this one. Absent when nothing was printed. */
  readonly mark?: string
}

/** Some object of the cluster. */
export interface ObjectName {
  readonly kind: string
  readonly name: string
  /** Absent means that of the service's manifests, or of the only kind of that name. */
  readonly apiVersion?: string
  /** Absent means that of the manifests, or `default`. */
  readonly namespace?: string
}

/** A condition in the status of some object. */
export interface ObjectCondition {
  readonly object: ObjectName
  readonly type: string
  readonly status: string
}

export interface ExecOutcome {
  readonly exitCode: number
  readonly output: string
}

/** What a call takes that may have an effect that must be undone later. */
export interface ChangeOptions extends CallOptions {
  /** Called before the first effect, and not at all when everything is as it should be. */
  readonly beforeChange: () => void
}

/** Runs the services of an environment, once there is a cluster. */
export interface ServiceRunner {
  /** Brings a service's objects to the wanted state; `unchanged` when they were in it. */
  apply(service: string, options: ChangeOptions): Promise<'applied' | 'unchanged'>
  /**
   * The state of the service's workloads now; a total of 0 when there are none. `restarts` is how many restarts of a
   * container are tolerated.
   */
  rollout(service: string, restarts: number, options: RolloutOptions): Promise<RolloutState>
  /** How many of the service's Services, or of the one of that name, have ready addresses; a total of 0 for none. */
  endpoints?(service: string, name: string | undefined, options: CallOptions): Promise<RolloutState>
  /** Whether a condition is met, as 1 of 1; for those that have objects with conditions. */
  condition?(service: string, condition: ObjectCondition, options: CallOptions): Promise<RolloutState>
  /** An object as it stands, or what is said of why there is none; for those that have objects. */
  object?(service: string, name: ObjectName, options: CallOptions): Promise<KubernetesObject | string>
  /** Resolves when something of the environment may have changed, for those that are told; never rejects. */
  nextChange?(signal: AbortSignal): Promise<void>
  /** Runs a command in a running container of the service; exit code 1, and why, when there is none. */
  exec(
    service: string,
    command: readonly string[],
    options: CallOptions & ContainerChoice,
  ): Promise<ExecOutcome>
  /** What containers of the service have printed since these marks, by run, or since they were last started. */
  newLogs?(
    service: string,
    choice: ContainerChoice,
    marks: ReadonlyMap<string, string>,
    options: CallOptions,
  ): Promise<readonly LogPiece[]>
  /** The last lines of each container of the service, for people. */
  logs(service: string, lines: number, options: CallOptions): Promise<string>
  /**
   * Opens a port that leads to a ready pod behind a Service; `onLine` is told of connections that fail. Rejects with
   * `ForwardError` when there is no such pod now.
   */
  forward(target: ForwardTarget, options: CallOptions): Promise<Forward>
  /** Removes a service's workloads. */
  removeService(service: string, options: CallOptions): Promise<void>
}

/** What it took to have an image in every node of a cluster. */
export interface LoadOutcome {
  readonly outcome: 'loaded' | 'reused'
  /** How it was sent, in a word; empty when it was not. */
  readonly way: string
  /** To all nodes together. */
  readonly bytesSent: number
  /** To the host's disk. */
  readonly bytesWritten: number
}

/** What a call takes that sends much. */
export interface TransferOptions extends CallOptions {
  readonly transfer?: Transfer
}

/** What of an image is on its way to nodes, bytes; all nodes and attempts together. */
export interface Transfer {
  /** Told how much more will be sent, before it is, where that is known. */
  expect(bytes: number): void
  sent(bytes: number): void
}

/** How a load is followed. */
export interface LoadOptions extends TransferOptions {
  /** Told, in a sentence, when the cluster had died unseen and was made anew before the load. */
  readonly onRevived?: (what: string) => void
}

/** Where services run: a real cluster, or pods on podman. One implementation is one folder in `drivers`. */
export interface Cluster extends ServiceRunner {
  readonly provider: string
  /** Makes sure it exists; `reused` when nothing had to be done. */
  start(options: ChangeOptions): Promise<'created' | 'reused'>
  /**
   * Waits until the nodes of the cluster that `start` is at take images, which they may do before it is ready;
   * resolves with nothing when it failed. Goes with `load`.
   */
  awaitNodes?(options: CallOptions): Promise<'created' | 'reused' | undefined>
  /** Waits until names of Services can be asked for; absent where they can be from the start. */
  awaitDns?(options: CallOptions): Promise<void>
  /**
   * Reads an image out of the engine while there is no node to load it into yet, and resolves with the bytes that were
   * written; its load goes without that then. What fails is left to the load. Goes with `load`.
   */
  readAhead?(
    image: { readonly reference: string; readonly id: string },
    options: CallOptions,
  ): Promise<number>
  /**
   * Has an image of the engine in every node; absent where the engine's images are used as they are. Resolves with
   * nothing when there are no nodes any more, since `start` failed meanwhile.
   */
  load?(
    image: { readonly reference: string; readonly id: string },
    options: LoadOptions,
  ): Promise<LoadOutcome | undefined>
  /** Removes images from the nodes that nothing goes by any more; goes with `load`. */
  unload?(references: readonly string[], options: CallOptions): Promise<void>
  /** The objects of a service as they are applied, images injected; absent where they are turned into something else. */
  objectsOf?(service: string): readonly KubernetesObject[]
  /** Variables by which programs reach it: `KUBECONFIG`. */
  variables?(): Readonly<Record<string, string>>
  /** Ends what watches it; the cluster itself stays. */
  close?(): void
  /** The host's port on 127.0.0.1 that leads to a named port of a service. */
  hostPort(service: string, port: string): number
  /** Removes everything of the environment that this provider made. */
  remove(options: CallOptions): Promise<void>
}
