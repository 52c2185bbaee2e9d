import type { CallOptions } from '../container-engine.ts'
import { labels } from '../labels.ts'
import { identityOf, type KubernetesClient, keyOf } from './kubernetes-client.ts'
import { condition, isGoing, isOwnedBy, type Pod, uidOf, type Workload } from './live-objects.ts'
import { labelValue, ownerLabels } from './owned-object.ts'
import { podProblems } from './pod-problems.ts'

/** Pods and Jobs of earlier runs that have failed: left to itself, Kubernetes would try them minutes from now, or never. */
export class Leftovers {
  readonly #pods: readonly Pod[]
  readonly #jobs: readonly Workload[]

  private constructor(pods: readonly Pod[], jobs: readonly Workload[]) {
    this.#pods = pods
    this.#jobs = jobs
  }

  static async read(client: KubernetesClient, environment: string, options: CallOptions): Promise<Leftovers> {
    const own = { labels: ownerLabels({ environment }) }
    const [pods, jobs] = await Promise.all([
      client.list({ apiVersion: 'v1', kind: 'Pod', ...own }, options),
      client.list({ apiVersion: 'batch/v1', kind: 'Job', ...own }, options),
    ])
    const failing = (pods.items as readonly Pod[]).filter(
      (pod) => !isGoing(pod) && (pod.status?.phase === 'Failed' || podProblems(pod, [], 0).length > 0),
    )
    const hasFailed = (job: Workload) =>
      condition(job, 'Failed')?.status === 'True' ||
      (condition(job, 'Complete')?.status !== 'True' &&
        failing.some((pod) => isOwnedBy(pod, new Set([uidOf(job)]))))
    return new Leftovers(failing, (jobs.items as readonly Workload[]).filter(hasFailed))
  }

  static none(): Leftovers {
    return new Leftovers([], [])
  }

  /** Identities of Jobs and bare Pods that have to be made anew to be tried again. */
  toReplace(): ReadonlySet<string> {
    const bare = this.#pods.filter(({ metadata }) => metadata.ownerReferences === undefined)
    return new Set([...this.#jobs, ...bare].map((object) => identityOf(keyOf(object))))
  }

  /** Failing pods that a controller will make anew at once when they are deleted. */
  podsOf(service: string): readonly Pod[] {
    const jobs = new Set(this.#jobs.map(uidOf))
    return this.#pods.filter(
      (pod) =>
        pod.metadata.labels?.[labels.service] === labelValue(service) &&
        pod.metadata.ownerReferences !== undefined &&
        !isOwnedBy(pod, jobs),
    )
  }
}
