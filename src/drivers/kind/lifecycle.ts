import { existsSync, mkdirSync, rmSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { type Clock, systemClock } from '../../util/clock.ts'
import { writeWhole } from '../../util/write-whole.ts'
import type { ChangeOptions } from '../cluster.ts'
import type { CallOptions } from '../container-engine.ts'
import type { EngineProgram } from '../engine-program.ts'
import { quiet } from '../quiet.ts'
import { attemptCreate } from './attempt-create.ts'
import type { KindConfig } from './cluster-config/kind-config.ts'
import {
  type EffectiveKindConfig,
  type KindConfigAdditions,
  mergeKindConfig,
} from './cluster-config/merge-config.ts'
import { ClusterError } from './cluster-error.ts'
import { broken, type Judgement, judge } from './judge.ts'
import type { Kind } from './kind.ts'
import { KindNetwork } from './kind-network.ts'
import { configFileIn, readMark, writeMark } from './mark.ts'
import { isReady } from './node-readiness.ts'
import { findNodes, type KindNode, loadBalancerRole } from './nodes.ts'
import { removeContainers, removeHalfMade, removeVolumesOf } from './remove-nodes.ts'

/**
 * Runs an action while no other process of this host does so under the same name. One that waits may have to for
 * minutes, and is to give up when the signal is aborted.
 */
export type CreateLock = <T>(name: string, action: () => Promise<T>, signal?: AbortSignal) => Promise<T>

export interface KindLifecycleInit {
  readonly kind: Kind
  readonly engine: EngineProgram
  /** Of the cluster; at most 50 of `a-z0-9.-`. */
  readonly name: string
  /** A directory for this cluster alone, which is mounted into its nodes: whose mount it is, whose the cluster is. */
  readonly markDirectory: string
  /** Where the cluster's kubeconfig goes. */
  readonly kubeconfigFile: string
  /** A file for the whole host, which remembers whose the network of all clusters is. */
  readonly networkFile: string
  readonly withLock: CreateLock
  readonly clock?: Clock
}

/** What a cluster is to be like. */
export interface WantedCluster {
  readonly config: KindConfig
  readonly additions: KindConfigAdditions
}

export interface StartOptions extends ChangeOptions {
  /** Where to keep what can be known of an attempt that failed. */
  readonly evidenceDirectory: string
  /** Makes a cluster anew that is not as it should be, instead of refusing. */
  readonly isRecreating?: boolean
  /** Called at each attempt to create, when its nodes are there. */
  readonly onNodes?: () => void
  /** Called at each attempt to create, when its nodes are to be given images. */
  readonly onNodesFree?: () => void
  /**
   * Called when the kubeconfig of a cluster that is being made is there, most often before its API server is: until
   * `signal`, which is aborted when kind is done. When it has rejected by then, it is called again.
   */
  readonly onKubeconfig?: (call: {
    readonly signal: AbortSignal | undefined
    readonly isMade: boolean
  }) => Promise<void>
}

const createLock = 'kind-create'
const mostAttempts = 3
/** A node that has just joined, or was just loaded with images, may need a moment to answer. */
const answerWithinMs = 30_000
const answerPollMs = 1_000
const validName = /^[a-z0-9][a-z0-9.-]{0,49}$/

/** The life of one Kind cluster. What it does, it does to containers that bear the cluster's mark, and to no others. */
export class KindLifecycle {
  readonly #init: KindLifecycleInit
  readonly #clock: Clock
  readonly #network: KindNetwork

  /** Throws when the name is none: kind would take its own default for an empty one (C4). */
  constructor(init: KindLifecycleInit) {
    if (!validName.test(init.name))
      throw new Error(`Internal error: \`${init.name}\` is no name for a Kind cluster`)
    this.#init = { ...init, markDirectory: resolve(init.markDirectory) }
    this.#clock = init.clock ?? systemClock
    this.#network = new KindNetwork(init.engine, init.networkFile)
  }

  /** Path of the cluster's own kubeconfig; the file is there once the cluster was started. */
  get kubeconfigFile(): string {
    return this.#init.kubeconfigFile
  }

  /** Its containers, in whatever state, by name. */
  nodes(options: CallOptions): Promise<readonly KindNode[]> {
    return findNodes(this.#init.engine, this.#init.name, options)
  }

  /**
   * Has the cluster as it is wanted. One of ours that is so and answers is reused; one that is dead or half-made is
   * made anew. Throws `ClusterError`. A cancelled creation leaves what there is of it to `remove`.
   */
  async start(wanted: WantedCluster, options: StartOptions): Promise<'created' | 'reused'> {
    const { name, markDirectory, withLock } = this.#init
    const config = mergeKindConfig(wanted.config, wanted.additions, { name, markDirectory })
    const found = await this.#judge(config, options)
    if (found.verdict === 'running') {
      await this.#haveKubeconfig(options)
      return 'reused'
    }
    if (found.verdict === 'changed' && options.isRecreating !== true) throw this.#changed(found.changes)
    if ('reason' in found) options.onLine?.('stderr', `${found.reason}: it is made anew`)
    options.beforeChange()
    await withLock(createLock, () => this.#create(config, options), options.signal)
    return 'created'
  }

  /**
   * Removes the cluster, its kubeconfig and its mark, from whatever state it is in, and again after an interrupt.
   * Resolves with what was removed, in a few words each. Throws `E_CLUSTER_FOREIGN` when the cluster of that name is not
   * ours.
   */
  async remove(options: CallOptions): Promise<readonly string[]> {
    const { kind, name, kubeconfigFile, markDirectory, withLock } = this.#init
    const removed = [...(await this.#removeNodes(options))]
    if (await this.#network.isRemovable(options)) {
      const network = await withLock(createLock, () => this.#network.remove(options), options.signal)
      if (network !== undefined) removed.push(`network ${network}`)
    }
    for (const file of [kind.kubeconfig, kubeconfigFile]) {
      rmSync(file, { force: true })
      rmSync(`${file}.lock`, { force: true })
    }
    // Last, since all the rest can be found by it.
    rmSync(markDirectory, { recursive: true, force: true })
    return removed.length === 0 ? [] : [`cluster ${name}`, ...removed]
  }

  async #judge(config: EffectiveKindConfig, options: CallOptions): Promise<Judgement> {
    const { name, markDirectory } = this.#init
    const nodes = await this.#ownNodes(options)
    const seen = judge(name, nodes, readMark(markDirectory), config)
    if (seen.verdict !== 'running' || (await this.#answers(nodes, options))) return seen
    return broken(name, 'does not answer')
  }

  /** Throws when the name is somebody else's (C2, C4). */
  async #ownNodes(options: CallOptions): Promise<readonly KindNode[]> {
    const { name, markDirectory } = this.#init
    const nodes = await this.nodes(options)
    const foreign = nodes.find((node) => {
      // Only a load balancer cannot be given mounts: then the names decide that we wrote down before it was there.
      if (node.role === loadBalancerRole)
        return readMark(markDirectory)?.nodeNames.includes(node.name) !== true
      return node.mark !== markDirectory
    })
    if (foreign === undefined) return nodes
    throw new ClusterError('E_CLUSTER_FOREIGN', `there is a Kind cluster ${name} that is not ours`, {
      hint: `nothing was changed; whoever made it can remove it: kind delete cluster --name ${name}`,
      detail: `${foreign.name} does not bear the mark ${markDirectory}`,
    })
  }

  async #answers(nodes: readonly KindNode[], options: CallOptions): Promise<boolean> {
    const end = this.#clock.now() + answerWithinMs
    while (!(await isReady(this.#init.engine, nodes, options))) {
      if (this.#clock.now() >= end) return false
      await this.#clock.sleep(answerPollMs, options.signal)
    }
    return true
  }

  #changed(changes: readonly string[]): ClusterError {
    const { name } = this.#init
    return new ClusterError('E_CLUSTER_CHANGED', `the cluster ${name} was made with another configuration`, {
      hint: 'make it anew with `--recreate`, or take it down first with `kindling down`; what runs on it is lost either way',
      detail: changes.join('\n'),
    })
  }

  async #create(config: EffectiveKindConfig, options: StartOptions): Promise<void> {
    const { kind, name: cluster, markDirectory } = this.#init
    const { hash, content, nodeNames, yaml, hostPorts } = config
    const mark = { cluster, hash, content, nodeNames }
    const configFile = configFileIn(markDirectory)
    await this.#removeNodes(options)
    for (let attempt = 1; ; attempt++) {
      writeMark(markDirectory, { ...mark, state: 'creating' })
      writeWhole(configFile, yaml, 0o600)
      await this.#network.noteAbsence(options)
      const evidenceDirectory = join(options.evidenceDirectory, `attempt-${attempt}`)
      const creation = new AbortController()
      let early: Promise<boolean> = Promise.resolve(false)
      const onNodes = () => {
        options.onNodes?.()
        const signal = AbortSignal.any([creation.signal, ...(options.signal ? [options.signal] : [])])
        early = this.#kubeconfigInTime(signal, options).then(
          () => true,
          () => false,
        )
      }
      const { onNodesFree = () => {} } = options
      const failure = await attemptCreate(
        kind,
        { cluster, configFile, hostPorts, evidenceDirectory, onNodes, onNodesFree },
        options,
      ).finally(() => creation.abort())
      await this.#network.notePresence(options)
      const wasInTime = await early
      if (failure === undefined) {
        if (!wasInTime) await this.#kubeconfigInTheEnd(options)
        break
      }
      await this.#removeNodes(options)
      const { message, hint, transient, output } = failure
      if (transient === undefined || attempt === mostAttempts) {
        const times = attempt === 1 ? '' : ` (${attempt} attempts)`
        throw new ClusterError('E_CLUSTER_FAILED', message + times, { hint, detail: output })
      }
      const retry = `attempt ${attempt} of ${mostAttempts} failed: ${message} (as in ${transient}); trying again`
      options.onLine?.('stderr', retry)
    }
    writeMark(markDirectory, { ...mark, state: 'complete' })
  }

  /** The first control plane has the kubeconfig long before kind asks for it. */
  async #kubeconfigInTime(signal: AbortSignal, options: StartOptions): Promise<void> {
    const { engine } = this.#init
    const [node] = (await this.nodes({ signal })).filter(({ role }) => role === 'control-plane')
    if (node === undefined) throw new Error('there is no control plane')
    const script = 'until [ -s /etc/kubernetes/admin.conf ]; do sleep 0.2; done'
    await engine.run(['exec', node.name, 'sh', '-c', script], { signal, isData: true })
    await this.#writeKubeconfig({ signal })
    await options.onKubeconfig?.({ signal, isMade: false })
  }

  async #kubeconfigInTheEnd(options: StartOptions): Promise<void> {
    await this.#writeKubeconfig(options)
    await options.onKubeconfig?.({ signal: options.signal, isMade: true })
  }

  async #removeNodes(options: CallOptions): Promise<readonly string[]> {
    const { engine, name, markDirectory } = this.#init
    const nodes = await removeContainers(engine, () => this.#ownNodes(options), options)
    const planned = readMark(markDirectory)?.nodeNames ?? []
    await removeHalfMade(engine, planned, options)
    const names = new Set([...nodes.map((node) => node.name), ...planned])
    const volumes = await removeVolumesOf(engine, [...names], options)
    return [
      ...nodes.map((node) => `node ${node.name}`),
      ...volumes.map((volume) => `volume ${volume.slice(0, 12)} of ${name}`),
    ]
  }

  async #haveKubeconfig(options: CallOptions): Promise<void> {
    if (!existsSync(this.#init.kubeconfigFile)) await this.#writeKubeconfig(options)
  }

  async #writeKubeconfig(options: CallOptions): Promise<void> {
    const { kind, name, kubeconfigFile } = this.#init
    const text = await kind.kubeconfigOf(name, quiet(options))
    mkdirSync(dirname(kubeconfigFile), { recursive: true, mode: 0o700 })
    writeWhole(kubeconfigFile, text, 0o600)
  }
}
