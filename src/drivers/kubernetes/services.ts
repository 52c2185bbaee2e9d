import type { Redactor } from '../../exec/redactor.ts'
import type { Clock } from '../../util/clock.ts'
import type { KubernetesObject } from '../../util/kubernetes-object.ts'
import type {
  ChangeOptions,
  ContainerChoice,
  ExecOutcome,
  LogPiece,
  ObjectCondition,
  ObjectName,
  RolloutOptions,
  RolloutState,
  ServiceRunner,
} from '../cluster.ts'
import type { CallOptions } from '../container-engine.ts'
import { describeTarget, type Forward, type ForwardTarget, listenForward } from '../forward.ts'
import { labels } from '../labels.ts'
import type { ClusterView } from './cluster-view.ts'
import { chosenContainers, chosenPods, describeChoice } from './container-choice.ts'
import { endpointsState, frontsOf } from './endpoints.ts'
import { evidenceOf, logsOf } from './evidence.ts'
import { podBehind } from './forward-target.ts'
import { KindFinder } from './kind-finder.ts'
import {
  identitiesOf,
  identityOf,
  type KubernetesClient,
  keyOf,
  type ObjectQuery,
} from './kubernetes-client.ts'
import { KubernetesError } from './kubernetes-error.ts'
import {
  type EventObject,
  isGoing,
  type LiveObject,
  type Pod,
  timeOf,
  uidOf,
  type Workload,
} from './live-objects.ts'
import { logPieces } from './log-pieces.ts'
import { ObjectCache } from './object-cache.ts'
import { conditionState, findObject } from './object-condition.ts'
import { labelValue, ownerLabels } from './owned-object.ts'
import { PatienceKeeper } from './patience-keeper.ts'
import { containersOf } from './pod-problems.ts'
import { rolloutOf, workloadKinds } from './rollout.ts'
import { ServiceApplier } from './service-applier.ts'
import { SteadinessKeeper } from './steadiness.ts'
import { unansweredState } from './unanswered.ts'
import { WatchedObjects } from './watched-objects.ts'

export interface KubernetesServicesInit {
  /** Unique on the cluster; value of the owner label, shortened where it must be. */
  readonly environment: string
  /** All services of the environment: what is labelled ours and belongs to none of them is removed. */
  readonly services: readonly string[]
  /**
   * The objects of a service, images injected. Asked when the service is applied, when all its references are known;
   * earlier only for what objects there are.
   */
  readonly objectsOf: (service: string) => readonly KubernetesObject[]
  readonly clock: Clock
  readonly redactor: Redactor
}

/** Runs the services of an environment on a Kubernetes cluster. To be closed, since it watches. */
export class KubernetesServices implements ServiceRunner {
  readonly #client: KubernetesClient
  readonly #init: KubernetesServicesInit
  readonly #applier: ServiceApplier
  readonly #patience: PatienceKeeper
  readonly #steadiness: SteadinessKeeper
  readonly #watched: WatchedObjects
  readonly #kinds: KindFinder
  #cache: ObjectCache | undefined

  constructor(client: KubernetesClient, init: KubernetesServicesInit) {
    this.#client = client
    this.#init = init
    this.#applier = new ServiceApplier(client, init)
    this.#patience = new PatienceKeeper(init.clock)
    this.#steadiness = new SteadinessKeeper(init.clock)
    this.#watched = new WatchedObjects(client, init.clock)
    this.#kinds = new KindFinder(client)
  }

  async apply(service: string, options: ChangeOptions): Promise<'applied' | 'unchanged'> {
    return this.#redacting(() => this.#applier.apply(service, options))
  }

  async rollout(service: string, restarts: number, options: RolloutOptions): Promise<RolloutState> {
    const cache = await this.#current(options)
    const { job } = options
    const workloads = this.#workloadsOf(service)
      .filter(
        ({ kind, metadata }) => job === undefined || (kind === 'Job' && [true, metadata.name].includes(job)),
      )
      .map((wanted) => ({ wanted, live: this.#liveOf(wanted, cache) }))
    const { ready, total, waitingFor, problems, started } = rolloutOf(workloads, this.#view(cache), restarts)
    // How long problems last is kept apart for looks at some workloads and looks at all of them.
    const problem = this.#patience.firstLasting(JSON.stringify([service, job]), problems)
    if (problem === undefined) {
      const told = this.#redact(problems[0]?.message ?? waitingFor)
      const unsteady = this.#steadiness.firstUnsteady(started)
      if (unsteady === undefined || ready < total) return { ready, total, waitingFor: told }
      return {
        ready: Math.max(total - 1, 0),
        total: Math.max(total, 1),
        waitingFor: `${unsteady.label} to stay up`,
      }
    }
    const pod = cache.of<Pod>('Pod').find((candidate) => candidate.metadata.name === problem.pod)
    const detail = await evidenceOf(this.#client, problem, pod, options)
    const { message, hint } = problem
    return {
      ready,
      total,
      waitingFor: '',
      failure: {
        message: this.#redact(message),
        detail: this.#redact(detail),
        ...(hint === undefined ? {} : { hint }),
      },
    }
  }

  async nextChange(signal: AbortSignal): Promise<void> {
    const end = new AbortController()
    const { nextChange } = this.#cache ?? this.#watch()
    const isOver = AbortSignal.any([signal, end.signal])
    // What lasts becomes a failure, or a success, without anything happening in the cluster.
    const waitMs = Math.min(
      this.#patience.untilNextMs() ?? longestWaitMs,
      this.#steadiness.untilNextMs() ?? longestWaitMs,
    )
    const changes = [nextChange, ...this.#watched.nextChanges]
    await Promise.race([...changes, this.#init.clock.sleep(waitMs, isOver).catch(() => {})])
    end.abort()
  }

  async endpoints(service: string, name: string | undefined, options: CallOptions): Promise<RolloutState> {
    const services = frontsOf(this.#init.objectsOf(service)).filter(
      ({ metadata }) => name === undefined || metadata.name === name,
    )
    return endpointsState(services, this.#kinds, this.#watched, options.signal).catch(unansweredState)
  }

  async condition(service: string, wanted: ObjectCondition, options: CallOptions): Promise<RolloutState> {
    const { services, objectsOf } = this.#init
    const manifests = [service, ...services].flatMap(objectsOf)
    const state = await conditionState(wanted, manifests, this.#kinds, this.#watched, options.signal)
    return { ...state, waitingFor: this.#redact(state.waitingFor) }
  }

  async object(
    service: string,
    wanted: ObjectName,
    options: CallOptions,
  ): Promise<KubernetesObject | string> {
    const { services, objectsOf } = this.#init
    const manifests = [service, ...services].flatMap(objectsOf)
    return this.#redacting(async () => {
      const found = await findObject(wanted, manifests, this.#kinds, options.signal)
      if (typeof found === 'string') return found
      return (await this.#client.get(found, options)) ?? `${wanted.kind} ${wanted.name} to be there`
    })
  }

  async forward(target: ForwardTarget, options: CallOptions): Promise<Forward> {
    const find = () => this.#redacting(() => podBehind(this.#client, target, options))
    await find()
    return listenForward(
      async () => {
        const { port, ...pod } = await find()
        return this.#client.connect(pod, port)
      },
      (message) => options.onLine?.('stderr', `forward to ${describeTarget(target)}: ${message}`),
    )
  }

  async newLogs(
    service: string,
    choice: ContainerChoice,
    marks: ReadonlyMap<string, string>,
    options: CallOptions,
  ): Promise<readonly LogPiece[]> {
    const pods = this.#chosenPodsOf(service, choice, await this.#current(options))
    return logPieces(this.#client, pods, choice, marks, options)
  }

  async exec(
    service: string,
    command: readonly string[],
    { container, pod: podOrWorkload, ...options }: CallOptions & ContainerChoice,
  ): Promise<ExecOutcome> {
    const choice = {
      ...(container === undefined ? {} : { container }),
      ...(podOrWorkload === undefined ? {} : { pod: podOrWorkload }),
    }
    for (const pod of this.#chosenPodsOf(service, choice, await this.#current(options))) {
      const found = chosenContainers(pod, choice).find(({ status }) => status.state?.running !== undefined)
      if (found === undefined) continue
      const { name, namespace = 'default' } = pod.metadata
      const key = { namespace, pod: name, container: found.status.name }
      const { exitCode, output } = await this.#redacting(() => this.#client.exec(key, command, options))
      return { exitCode, output: this.#redact(output) }
    }
    return { exitCode: 1, output: `${service} has no ${describeChoice(choice)} to run a command in` }
  }

  async logs(service: string, lines: number, options: CallOptions): Promise<string> {
    const cache = await this.#current(options)
    const texts = await Promise.all(
      this.#podsOf(service, cache).flatMap((pod) =>
        containersOf(pod).map(({ status }) => logsOf(this.#client, pod, status, lines, options)),
      ),
    )
    return this.#redact(texts.filter(Boolean).join('\n'))
  }

  async removeService(service: string, options: CallOptions): Promise<void> {
    await this.#redacting(() => this.#applier.remove(service, options))
  }

  /** Ends all watches. */
  close(): void {
    this.#cache?.close()
    this.#watched.close()
    this.#applier.close()
  }

  #workloadsOf(service: string): readonly KubernetesObject[] {
    return this.#init.objectsOf(service).filter(({ kind }) => workloadKinds.includes(kind))
  }

  /** As it stands; absent as long as the cache does not know of what was applied last. */
  #liveOf(wanted: KubernetesObject, cache: ObjectCache): LiveObject | undefined {
    const identities = identitiesOf(keyOf(wanted))
    const live = cache
      .of<LiveObject>(wanted.kind)
      .find((object) => identities.includes(identityOf(keyOf(object))))
    if (live === undefined) return undefined
    const applied = this.#applier.applied(identityOf(keyOf(live)))
    if (applied === undefined) return live
    const isCurrent =
      uidOf(live) === uidOf(applied) && (live.metadata.generation ?? 0) >= (applied.metadata.generation ?? 0)
    return isCurrent ? live : undefined
  }

  #view(cache: ObjectCache): ClusterView {
    return {
      pods: cache.of<Pod>('Pod').filter((pod) => !this.#applier.hasDiscarded(uidOf(pod))),
      replicaSets: cache.of<Workload>('ReplicaSet'),
      warnings: cache.of<EventObject>('Event').toSorted((a, b) => timeOf(a).localeCompare(timeOf(b))),
    }
  }

  /** The standing pods of a service, in the order in which its manifests name what makes them. */
  #podsOf(service: string, cache: ObjectCache): readonly Pod[] {
    const own = cache
      .of<Pod>('Pod')
      .filter((pod) => pod.metadata.labels?.[labels.service] === labelValue(service) && !isGoing(pod))
    const names = this.#workloadsOf(service).map(({ metadata }) => metadata.name)
    const rank = ({ metadata: { name } }: Pod) => {
      const index = names.findIndex((workload) => name === workload || name.startsWith(`${workload}-`))
      return index === -1 ? names.length : index
    }
    return own.toSorted((a, b) => rank(a) - rank(b))
  }

  #chosenPodsOf(service: string, { pod }: ContainerChoice, cache: ObjectCache): readonly Pod[] {
    const workloads = this.#workloadsOf(service).flatMap((wanted) => this.#liveOf(wanted, cache) ?? [])
    return chosenPods(this.#podsOf(service, cache), pod, workloads as readonly Workload[], this.#view(cache))
  }

  #watch(): ObjectCache {
    const own = { labels: ownerLabels(this.#init) }
    const queries: ObjectQuery[] = [
      { apiVersion: 'v1', kind: 'Pod', ...own },
      ...['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet'].map((kind) => ({
        apiVersion: 'apps/v1',
        kind,
        ...own,
      })),
      { apiVersion: 'batch/v1', kind: 'Job', ...own },
      { apiVersion: 'v1', kind: 'Event', fields: { type: 'Warning' } },
    ]
    this.#cache = new ObjectCache(this.#client, queries, this.#init.clock)
    return this.#cache
  }

  async #current({ signal }: CallOptions): Promise<ObjectCache> {
    const cache = this.#cache ?? this.#watch()
    try {
      await this.#redacting(() => cache.ready(signal))
    } catch (error) {
      // The next one who asks is to have another chance.
      if (error instanceof KubernetesError && this.#cache === cache) {
        cache.close()
        this.#cache = undefined
      }
      throw error
    }
    return cache
  }

  #redact(text: string): string {
    return this.#init.redactor.redact(text)
  }

  /** The server quotes values that it does not like. */
  async #redacting<T>(call: () => Promise<T>): Promise<T> {
    try {
      return await call()
    } catch (error) {
      throw error instanceof KubernetesError ? error.withMessage((text) => this.#redact(text)) : error
    }
  }
}

/** A look now and then does no harm, even if a watch hangs. */
const longestWaitMs = 10_000
