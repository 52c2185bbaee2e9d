import { readFile } from 'node:fs/promises'
import { CommandError } from '../../exec/command-error.ts'
import type { Clock } from '../../util/clock.ts'
import type { KubernetesObject } from '../../util/kubernetes-object.ts'
import type {
  ChangeOptions,
  Cluster,
  ContainerChoice,
  ExecOutcome,
  LoadOptions,
  LoadOutcome,
  LogPiece,
  ObjectCondition,
  ObjectName,
  RolloutOptions,
  RolloutState,
} from '../cluster.ts'
import type { CallOptions, ContainerEngine } from '../container-engine.ts'
import type { Forward, ForwardTarget } from '../forward.ts'
import { awaitDns, awaitNodes } from '../kubernetes/cluster-ready.ts'
import { connectKubernetes } from '../kubernetes/connect.ts'
import { hastenDns, hastenDnsInTime } from '../kubernetes/hasten-dns.ts'
import type { KubernetesClient } from '../kubernetes/kubernetes-client.ts'
import { KubernetesServices, type KubernetesServicesInit } from '../kubernetes/services.ts'
import { ClusterError } from './cluster-error.ts'
import { EarlyLoads } from './early-loads.ts'
import { KeepAlive } from './keep-alive.ts'
import type { KindLifecycle, WantedCluster } from './lifecycle.ts'
import { NodeImages, type NodeImagesInit } from './node-images.ts'

/** Longer than a node that joins on a busy machine takes, milliseconds. */
const nodesTimeoutMs = 180_000
const dnsTimeoutMs = 180_000

export interface KindClusterInit {
  readonly lifecycle: KindLifecycle
  readonly wanted: WantedCluster
  readonly services: KubernetesServicesInit
  readonly images: Omit<NodeImagesInit, 'lifecycle'>
  readonly engine: ContainerEngine
  /** By `service.port`. */
  readonly hostPorts: ReadonlyMap<string, number>
  /** Where to keep what can be known of attempts that failed. */
  readonly evidenceDirectory: string
  /** Replaces a cluster that is not as it is wanted. */
  readonly recreates: boolean
  /** What else its nodes need before the first service. */
  readonly onStarted?: (options: CallOptions) => Promise<void>
  readonly clock: Clock
}

interface Connection {
  readonly client: KubernetesClient
  readonly services: KubernetesServices
}

/** An environment in a Kind cluster of its own. */
export class KindCluster implements Cluster {
  readonly provider = 'kind'
  readonly #init: KindClusterInit
  readonly #images: NodeImages
  readonly #loads: EarlyLoads
  readonly #keepAlive: KeepAlive
  #connection: Promise<Connection> | undefined

  constructor(init: KindClusterInit) {
    this.#init = init
    this.#images = new NodeImages({ ...init.images, lifecycle: init.lifecycle })
    this.#loads = new EarlyLoads((image, options) => this.#images.load(image, options))
    this.#keepAlive = new KeepAlive({ clock: init.clock, revive: (options) => this.#revive(options) })
  }

  async start(options: ChangeOptions): Promise<'created' | 'reused'> {
    try {
      const outcome = await this.#start(options)
      await this.#loads.ready(outcome, options)
      this.#keepAlive.isReady()
      return outcome
    } catch (error) {
      this.#loads.failed()
      throw error
    }
  }

  awaitNodes(options: CallOptions): Promise<'created' | 'reused' | undefined> {
    return this.#loads.areThere(options)
  }

  async awaitDns(options: CallOptions): Promise<void> {
    const { client } = await this.#connected()
    await awaitDns(client, { clock: this.#init.clock, timeoutMs: dnsTimeoutMs, ...signalOf(options) })
  }

  readAhead(
    image: { readonly reference: string; readonly id: string },
    options: CallOptions,
  ): Promise<number> {
    return this.#images.readAhead(image, options)
  }

  async load(
    image: { readonly reference: string; readonly id: string },
    options: LoadOptions,
  ): Promise<LoadOutcome | undefined> {
    await this.#keepAlive.beforeWork(options)
    return this.#loads.load(image, options)
  }

  unload(references: readonly string[], options: CallOptions): Promise<void> {
    return this.#images.unload(references, options)
  }

  async apply(service: string, options: ChangeOptions): Promise<'applied' | 'unchanged'> {
    return (await this.#connected()).services.apply(service, options)
  }

  async rollout(service: string, restarts: number, options: RolloutOptions): Promise<RolloutState> {
    return (await this.#connected()).services.rollout(service, restarts, options)
  }

  async endpoints(service: string, name: string | undefined, options: CallOptions): Promise<RolloutState> {
    return (await this.#connected()).services.endpoints(service, name, options)
  }

  async condition(service: string, condition: ObjectCondition, options: CallOptions): Promise<RolloutState> {
    return (await this.#connected()).services.condition(service, condition, options)
  }

  async object(service: string, name: ObjectName, options: CallOptions): Promise<KubernetesObject | string> {
    return (await this.#connected()).services.object(service, name, options)
  }

  async forward(target: ForwardTarget, options: CallOptions): Promise<Forward> {
    return (await this.#connected()).services.forward(target, options)
  }

  async newLogs(
    service: string,
    choice: ContainerChoice,
    marks: ReadonlyMap<string, string>,
    options: CallOptions,
  ): Promise<readonly LogPiece[]> {
    return (await this.#connected()).services.newLogs(service, choice, marks, options)
  }

  async nextChange(signal: AbortSignal): Promise<void> {
    await (await this.#connected()).services.nextChange(signal)
  }

  async exec(
    service: string,
    command: readonly string[],
    options: CallOptions & ContainerChoice,
  ): Promise<ExecOutcome> {
    return (await this.#connected()).services.exec(service, command, options)
  }

  async logs(service: string, lines: number, options: CallOptions): Promise<string> {
    return (await this.#connected()).services.logs(service, lines, options)
  }

  async removeService(service: string, options: CallOptions): Promise<void> {
    await (await this.#connected()).services.removeService(service, options)
  }

  objectsOf(service: string): readonly KubernetesObject[] {
    return this.#init.services.objectsOf(service)
  }

  hostPort(service: string, port: string): number {
    const found = this.#init.hostPorts.get(`${service}.${port}`)
    if (found === undefined) throw new Error(`Internal error: no host port for ${service}.${port}`)
    return found
  }

  variables(): Readonly<Record<string, string>> {
    return { KUBECONFIG: this.#init.lifecycle.kubeconfigFile }
  }

  async remove(options: CallOptions): Promise<void> {
    this.close()
    await this.#init.lifecycle.remove(options)
  }

  close(): void {
    this.#images.close()
    this.#disconnect()
  }

  /** What it had, undo included, was made for the cluster of this run before it died. */
  async #start(options: ChangeOptions): Promise<'created' | 'reused'> {
    const { lifecycle, wanted, evidenceDirectory, recreates, clock } = this.#init
    await this.#pullNodeImages(options)
    const outcome = await lifecycle.start(wanted, {
      ...options,
      evidenceDirectory,
      isRecreating: recreates,
      onNodes: () => this.#images.nodesMade(options),
      onNodesFree: () => this.#loads.nodesMade(),
      onKubeconfig: async ({ signal, isMade }) => {
        this.#disconnect()
        const { client } = await this.#connected()
        const isSingleNode = wanted.config.nodes.length === 1
        const call = { isSingleNode, ...(signal === undefined ? {} : { signal }) }
        await (isMade ? hastenDns(client, call) : hastenDnsInTime(client, { ...call, clock }))
      },
    })
    const { client } = await this.#connected()
    // kind waits for the control plane alone.
    await awaitNodes(client, { clock, timeoutMs: nodesTimeoutMs, ...signalOf(options) })
    await this.#init.onStarted?.(options)
    return outcome
  }

  async #revive(options: CallOptions): Promise<'created' | 'reused'> {
    const outcome = await this.start({ ...options, beforeChange: () => {} })
    if (outcome === 'created') await this.awaitDns(options)
    return outcome
  }

  /** A cluster that was made anew has certificates of its own. */
  #disconnect(): void {
    void this.#connection?.then(
      ({ services }) => services.close(),
      () => {},
    )
    this.#connection = undefined
  }

  /** kind would try for half a minute to pull an image that is nowhere, and be killed with a pull half-done. */
  async #pullNodeImages(options: ChangeOptions): Promise<void> {
    const { wanted, engine } = this.#init
    const { image } = wanted.additions
    const images = image === undefined ? wanted.config.nodes.map((node) => node.image) : [image]
    for (const reference of new Set(images)) {
      if (reference === undefined || (await engine.imageId(reference, signalOf(options))) !== undefined)
        continue
      try {
        await engine.pull(reference, options)
      } catch (error) {
        if (!(error instanceof CommandError)) throw error
        throw new ClusterError('E_CLUSTER_FAILED', `the node image ${reference} could not be pulled`, {
          hint: 'check its name and the registry; `--node-image` or `cluster.image` chooses another image of the nodes',
          detail: error.tail || error.message,
          cause: error,
        })
      }
    }
  }

  #connected(): Promise<Connection> {
    this.#connection ??= this.#connect()
    return this.#connection
  }

  async #connect(): Promise<Connection> {
    const { lifecycle, services } = this.#init
    const client = await connectKubernetes(await readFile(lifecycle.kubeconfigFile, 'utf8'))
    return { client, services: new KubernetesServices(client, services) }
  }
}

function signalOf({ signal }: CallOptions): Pick<CallOptions, 'signal'> {
  return signal === undefined ? {} : { signal }
}
