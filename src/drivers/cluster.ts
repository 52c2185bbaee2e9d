import type { KubernetesObject } from '../util/kubernetes-object.ts'
import type { CallOptions } from './container-engine.ts'

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
  readonly kind: 'unsupported' | 'invalid'
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
  /** The state of the service's workloads now. `restarts` is how many restarts of a container are tolerated. */
  rollout(service: string, restarts: number, options: CallOptions): Promise<RolloutState>
  /** Resolves when something of the environment may have changed, for those that are told; never rejects. */
  nextChange?(signal: AbortSignal): Promise<void>
  /** Runs a command in a running container of the service. */
  exec(service: string, command: readonly string[], options: CallOptions): Promise<ExecOutcome>
  /** The last lines of each container of the service, for people. */
  logs(service: string, lines: number, options: CallOptions): Promise<string>
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

/** Where services run: a real cluster, or pods on podman. One implementation is one folder in `drivers`. */
export interface Cluster extends ServiceRunner {
  readonly provider: string
  /** Makes sure it exists; `reused` when nothing had to be done. */
  start(options: ChangeOptions): Promise<'created' | 'reused'>
  /** Waits until names of Services can be asked for; absent where they can be from the start. */
  awaitDns?(options: CallOptions): Promise<void>
  /** Has an image of the engine in every node; absent where the engine's images are used as they are. */
  load?(
    image: { readonly reference: string; readonly id: string },
    options: CallOptions,
  ): Promise<LoadOutcome>
  /** Removes images from the nodes that nothing goes by any more; goes with `load`. */
  unload?(references: readonly string[], options: CallOptions): Promise<void>
  /** Writes what the provider itself can tell of a failure into a directory. */
  diagnose?(directory: string, options: CallOptions): Promise<void>
  /** Variables by which programs reach it: `KUBECONFIG`. */
  variables?(): Readonly<Record<string, string>>
  /** Ends what watches it; the cluster itself stays. */
  close?(): void
  /** The host's port on 127.0.0.1 that leads to a named port of a service. */
  hostPort(service: string, port: string): number
  /** Removes everything of the environment that this provider made. */
  remove(options: CallOptions): Promise<void>
}
