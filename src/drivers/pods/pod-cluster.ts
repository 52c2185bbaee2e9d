import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { CommandError } from '../../exec/command-error.ts'
import type {
  ChangeOptions,
  Cluster,
  ContainerChoice,
  ExecOutcome,
  LogPiece,
  RolloutOptions,
  RolloutState,
} from '../cluster.ts'
import type { CallOptions } from '../container-engine.ts'
import { describeTarget, type Forward, ForwardError, type ForwardTarget, listenForward } from '../forward.ts'
import { type Labels, labelArgs, labels } from '../labels.ts'
import type { Podman } from '../podman/podman.ts'
import { quiet } from '../quiet.ts'
import { chosenContainers, describeChoice } from './container-choice.ts'
import { endpointsOf, servicesBefore } from './endpoints.ts'
import { logPieces } from './log-pieces.ts'
import { type IsGone, PodObserver, type PodState } from './observer.ts'
import type { ContainerPlan, PodPlan } from './pod-plan.ts'
import { InitContainerFailed, runPod } from './pod-runner.ts'
import { containerName, type PodContext, podName } from './podman-args.ts'
import { rolloutOf } from './rollout.ts'
import { forwardKey, type PodPort } from './translate.ts'
import { removeVolumeDirectory } from './volume-files.ts'

/** Longest grace on removal, seconds: an environment that goes away has nobody left to serve. */
const longestGraceSeconds = 3

/** What the `timeout` program of coreutils exits with when the time is over. */
const timeoutExitCode = 124
/** Raised when the same plan is run differently, so that no pod of an older Kindling is kept. */
const hashVersion = 2

export interface PodClusterInit {
  /** Unique on this host; prefix of all names and value of the owner label. */
  readonly environment: string
  readonly pods: readonly PodPlan[]
  /** The same with all values that a service is given; asked when it is applied. Default: `pods`. */
  readonly podsToApply?: (service: string) => readonly PodPlan[]
  /** Where forwards lead, by `forwardKey`. */
  readonly forwards?: ReadonlyMap<string, readonly PodPort[]>
  readonly hostPorts: ReadonlyMap<string, number>
  /** Private directory for volumes. */
  readonly volumeDirectory: string
  /** ID of the image behind a reference, so that a new tag alone changes nothing. */
  readonly imageId: (reference: string) => Promise<string | undefined>
  /** Whether a process of a container has ended; absent where they are on another machine. */
  readonly isGone?: IsGone
  /** The reference to run for what a manifest names; asked only when all images are there. */
  readonly imageFor: (text: string) => string
}

/** The embedded provider: the environment's manifests as pods on a private podman network. */
export class PodCluster implements Cluster {
  readonly provider = 'podman'
  readonly #podman: Podman
  readonly #init: PodClusterInit
  readonly #observer: PodObserver
  readonly #network: string
  #found: readonly PodState[] = []
  readonly #changed = new Set<string>()
  readonly #initFailures = new Map<string, InitContainerFailed>()

  constructor(podman: Podman, init: PodClusterInit) {
    this.#podman = podman
    this.#init = init
    this.#network = init.environment
    this.#observer = new PodObserver(podman, { [labels.environment]: init.environment }, init.isGone)
  }

  async start(options: ChangeOptions): Promise<'created' | 'reused'> {
    const exists = await this.#podman.run(['network', 'exists', this.#network], {
      ...options,
      okExitCodes: [0, 1],
    })
    if (exists.exitCode === 0) {
      this.#found = await this.#observer.pods(undefined, options)
      await this.#prune(this.#found, options)
      return 'reused'
    }
    options.beforeChange()
    await this.#podman.run(['network', 'create', ...labelArgs(this.#ownerLabels), this.#network], options)
    return 'created'
  }

  async apply(service: string, options: ChangeOptions): Promise<'applied' | 'unchanged'> {
    const pods = this.#init.podsToApply?.(service) ?? this.#podsOf(service)
    const wanted = await Promise.all(pods.map(async (pod) => this.#withHash(pod)))
    const existing = await this.#existing(service, options)
    const isKept = (name: string, hash: string) =>
      existing.some((pod) => pod.name === name && pod.hash === hash && pod.isIntact)
    const kept = wanted.filter(({ name, hash }) => isKept(name, hash))
    const obsolete = existing.filter((pod) => !kept.some(({ name }) => name === pod.name))
    const missing = wanted.filter((pod) => !kept.includes(pod))
    if (missing.length + obsolete.length === 0) return 'unchanged'
    options.beforeChange()
    await this.#removePods(
      obsolete.map(({ name }) => name),
      options,
    )
    await Promise.all(missing.map(({ pod, hash }) => this.#create(pod, hash, options)))
    return 'applied'
  }

  async rollout(service: string, restarts: number, options: RolloutOptions): Promise<RolloutState> {
    const { job, ...call } = options
    const pods = this.#podsOf(service).filter(
      (pod) => job === undefined || (pod.runsToCompletion && (job === true || pod.name === job)),
    )
    const states = await Promise.all(pods.map((pod) => this.#rolloutOf(pod, restarts, call)))
    const failure = states.find((state) => state.failure !== undefined)?.failure
    return {
      ready: states.reduce((sum, state) => sum + state.ready, 0),
      total: states.reduce((sum, state) => sum + state.total, 0),
      waitingFor: states.find((state) => state.waitingFor !== '')?.waitingFor ?? '',
      ...(failure === undefined ? {} : { failure }),
    }
  }

  async endpoints(service: string, name: string | undefined, options: CallOptions): Promise<RolloutState> {
    const names = servicesBefore(this.#podsOf(service)).filter((each) => name === undefined || each === name)
    return endpointsOf(names, this.#init.pods, (pod) =>
      // What has failed for good is for the rollout of its own service to tell, with that one's tolerance.
      this.#rolloutOf(pod, Number.POSITIVE_INFINITY, options),
    )
  }

  async newLogs(
    service: string,
    choice: ContainerChoice,
    marks: ReadonlyMap<string, string>,
    options: CallOptions,
  ): Promise<readonly LogPiece[]> {
    const containers = chosenContainers(this.#podsOf(service), choice).map(({ pod, container }) => ({
      label: `${pod.name}/${container.name}`,
      name: containerName(podName(this.#init, pod), container),
    }))
    if (containers.length === 0) return []
    return logPieces(this.#podman, this.#observer, containers, marks, options)
  }

  async exec(
    service: string,
    command: readonly string[],
    { container, pod, ...options }: CallOptions & ContainerChoice,
  ): Promise<ExecOutcome> {
    const choice = {
      ...(container === undefined ? {} : { container }),
      ...(pod === undefined ? {} : { pod }),
    }
    const [found] = chosenContainers(this.#podsOf(service), choice)
    if (found === undefined) {
      return { exitCode: 1, output: `${service} has no ${describeChoice(choice)} to run a command in` }
    }
    return this.#execIn(containerName(podName(this.#init, found.pod), found.container), command, options)
  }

  async forward(target: ForwardTarget, options: CallOptions): Promise<Forward> {
    const find = () => this.#portBehind(target, options)
    await find()
    return listenForward(
      async () => connectKept(await find()),
      (message) => options.onLine?.('stderr', `forward to ${describeTarget(target)}: ${message}`),
    )
  }

  hostPort(service: string, port: string): number {
    const found = this.#init.hostPorts.get(`${service}.${port}`)
    if (found === undefined) throw new Error(`Internal error: no host port for ${service}.${port}`)
    return found
  }

  async logs(service: string, lines: number, options: CallOptions): Promise<string> {
    const texts = await Promise.all(
      this.#podsOf(service).flatMap((pod) =>
        pod.containers.map(async (container) => {
          const name = containerName(podName(this.#init, pod), container)
          return `--- ${pod.name}/${container.name}\n${await this.#logsOf(name, lines, options)}`
        }),
      ),
    )
    return texts.join('\n')
  }

  async removeService(service: string, options: CallOptions): Promise<void> {
    const pods = await this.#observer.pods(service, options)
    await this.#removePods(
      pods.map(({ name }) => name),
      options,
    )
  }

  async remove(options: CallOptions): Promise<void> {
    await removeEnvironmentPods(this.#podman, this.#init.environment, options)
    await removeVolumeDirectory(this.#podman, this.#init.volumeDirectory)
  }

  async #rolloutOf(pod: PodPlan, restarts: number, options: CallOptions): Promise<RolloutState> {
    const name = podName(this.#init, pod)
    const initFailure = this.#initFailures.get(name)
    if (initFailure !== undefined) {
      const failure = { message: `${pod.name}: ${initFailure.message}`, detail: initFailure.output }
      return { ready: 0, total: 1, waitingFor: '', failure }
    }
    const names = pod.containers.map((container) => containerName(name, container))
    const containers = await this.#observer.containers(names, options)
    return rolloutOf(pod, {
      containers,
      restarts,
      nameOf: (container) => containerName(name, container),
      exec: (container, command, timeoutMs) =>
        this.#execIn(containerName(name, container), command, { ...options, timeoutMs }),
      logs: (container) => this.#logsOf(containerName(name, container), 40, options),
      signal: options.signal,
    })
  }

  /** The port of the host that leads to a pod behind a Service. */
  async #portBehind(target: ForwardTarget, { signal }: CallOptions): Promise<number> {
    const behind = this.#init.forwards?.get(forwardKey(target)) ?? []
    for (const { pod: name, containerPort } of behind) {
      const pod = this.#init.pods.find((each) => each.name === name)
      if (pod === undefined) continue
      const names = pod.containers.map((container) => containerName(podName(this.#init, pod), container))
      const states = await this.#observer.containers(names, signal === undefined ? {} : { signal })
      if (states.length < names.length || states.some(({ status }) => status !== 'running')) continue
      const port = states.map(({ hostPorts }) => hostPorts.get(containerPort)).find(Boolean)
      if (port !== undefined) return port
    }
    throw new ForwardError(`no running pod is behind ${describeTarget(target)}`)
  }

  /** The pods of a service: as they were found at the start, until something of it was changed. */
  async #existing(service: string, options: CallOptions): Promise<readonly PodState[]> {
    if (this.#changed.has(service)) return this.#observer.pods(service, options)
    this.#changed.add(service)
    return this.#found.filter((pod) => pod.service === service)
  }

  /** Removes the pods of services that the environment no longer has. */
  async #prune(pods: readonly PodState[], options: CallOptions): Promise<void> {
    const wanted = new Set(this.#init.pods.map(({ service }) => service))
    const obsolete = pods.filter(({ service }) => !wanted.has(service))
    await this.#removePods(
      obsolete.map(({ name }) => name),
      options,
    )
  }

  get #ownerLabels(): Labels {
    return { [labels.environment]: this.#init.environment }
  }

  #podsOf(service: string): PodPlan[] {
    return this.#init.pods.filter((pod) => pod.service === service)
  }

  async #withHash(plan: PodPlan): Promise<{ pod: PodPlan; name: string; hash: string }> {
    const pod = injectImages(plan, this.#init.imageFor)
    const containers = [...pod.initContainers, ...pod.containers]
    const images = await Promise.all(containers.map(({ image }) => this.#init.imageId(image)))
    const ports = pod.published.map(({ use }) => (use === undefined ? 0 : this.#init.hostPorts.get(use)))
    // Instead of the references, whose tags are new with each build, the images' IDs count.
    const content = JSON.stringify([hashVersion, injectImages(pod, () => ''), images, ports])
    const hash = createHash('sha256').update(content).digest('hex').slice(0, 24)
    return { pod, name: podName(this.#init, pod), hash }
  }

  async #create(pod: PodPlan, hash: string, options: CallOptions): Promise<void> {
    const name = podName(this.#init, pod)
    const context: PodContext = {
      environment: this.#init.environment,
      network: this.#network,
      hostPorts: this.#init.hostPorts,
      volumeDirectory: this.#init.volumeDirectory,
      labels: { ...this.#ownerLabels, [labels.service]: pod.service, [labels.hash]: hash },
    }
    this.#initFailures.delete(name)
    try {
      await runPod(this.#podman, pod, context, options)
    } catch (error) {
      // The rollout tells of it like of any other container that fails.
      if (!(error instanceof InitContainerFailed)) throw error
      this.#initFailures.set(name, error)
    }
  }

  async #removePods(names: readonly string[], options: CallOptions): Promise<void> {
    const graceOf = (name: string) =>
      this.#init.pods.find((pod) => podName(this.#init, pod) === name)?.graceSeconds ?? longestGraceSeconds
    await Promise.all(names.map((name) => removePod(this.#podman, name, graceOf(name), options)))
  }

  async #execIn(container: string, command: readonly string[], options: CallOptions): Promise<ExecOutcome> {
    try {
      const { exitCode, stdout, stderr } = await this.#podman.run(['exec', container, ...command], {
        ...options,
        okExitCodes: Array.from({ length: 256 }, (_, code) => code),
      })
      return { exitCode, output: [stdout, stderr].filter(Boolean).join('\n') }
    } catch (error) {
      if (!(error instanceof CommandError) || error.reason !== 'timeout') throw error
      return { exitCode: timeoutExitCode, output: `no end within ${options.timeoutMs} ms` }
    }
  }

  async #logsOf(container: string, lines: number, options: CallOptions): Promise<string> {
    const { stdout, stderr } = await this.#podman.run(['logs', '--tail', `${lines}`, container], {
      ...quiet(options),
      okExitCodes: [0, 125],
    })
    return [stdout, stderr].filter(Boolean).join('\n')
  }
}

/** What is connected to a port of 127.0.0.1; a half that is closed leaves the other open. */
async function connectKept(port: number): Promise<Socket> {
  const socket = connect({ host: '127.0.0.1', port, allowHalfOpen: true })
  await once(socket, 'connect')
  return socket
}

function injectImages(pod: PodPlan, imageFor: PodClusterInit['imageFor']): PodPlan {
  const inject = (containers: readonly ContainerPlan[]) =>
    containers.map((container) => ({ ...container, image: imageFor(container.image) }))
  return { ...pod, initContainers: inject(pod.initContainers), containers: inject(pod.containers) }
}

/** How podman words a container that ends by itself while it is being killed; the next attempt finds it ended. */
const justEnded = /container state improper|container not running/i
const removalAttempts = 3

async function removePod(
  podman: Podman,
  name: string,
  graceSeconds: number,
  options: CallOptions,
): Promise<void> {
  const grace = Math.min(graceSeconds, longestGraceSeconds)
  for (let attempt = 1; ; attempt++) {
    try {
      await podman.run(['pod', 'rm', '--force', '--ignore', '--time', `${grace}`, name], options)
      return
    } catch (error) {
      const hasEnded = error instanceof CommandError && justEnded.test(error.stderr)
      if (!hasEnded || attempt === removalAttempts) throw error
    }
  }
}

/** Removes the pods and the network that carry an environment's label, whatever made them. */
export async function removeEnvironmentPods(
  podman: Podman,
  environment: string,
  options: CallOptions,
): Promise<readonly string[]> {
  const filter = ['--filter', `label=${labels.environment}=${environment}`]
  const list = async (args: readonly string[]) =>
    (await podman.run([...args, ...filter], { ...options, isData: true })).stdout.split('\n').filter(Boolean)
  const pods = await list(['pod', 'ps', '--format', '{{.Name}}'])
  await Promise.all(pods.map((name) => removePod(podman, name, longestGraceSeconds, options)))
  const containers = await list(['ps', '--all', '--format', '{{.ID}}'])
  if (containers.length > 0) await podman.run(['rm', '--force', '--time', '0', ...containers], options)
  const networks = await list(['network', 'ls', '--format', '{{.Name}}'])
  for (const network of networks)
    await podman.run(['network', 'rm', network], { ...options, okExitCodes: [0, 1] })
  return [...pods.map((pod) => `pod ${pod}`), ...networks.map((network) => `network ${network}`)]
}
