import type { KubernetesObject } from '../../util/kubernetes-object.ts'
import type { ObjectCondition, ObjectName, RolloutState } from '../cluster.ts'
import type { KindFinder } from './kind-finder.ts'
import type { ObjectKey, ObjectKind } from './kubernetes-client.ts'
import { type Condition, condition, type Workload } from './live-objects.ts'
import { unansweredState } from './unanswered.ts'
import type { WatchedObjects } from './watched-objects.ts'

/** Whether a condition in the status of some object is met; `manifests` say more of objects that are among them. */
export async function conditionState(
  wanted: ObjectCondition,
  manifests: readonly KubernetesObject[],
  kinds: KindFinder,
  watched: WatchedObjects,
  signal: AbortSignal | undefined,
): Promise<RolloutState> {
  const { kind, name } = wanted.object
  const label = `${kind} ${name}`
  try {
    const found = await findObject(wanted.object, manifests, kinds, signal)
    if (typeof found === 'string') return missing(found)
    const { apiVersion, namespace = 'default' } = found
    const query = { apiVersion, kind, namespace, fields: { 'metadata.name': name } }
    const [object] = await watched.list(query, signal)
    const problem =
      object === undefined ? `${label} to be there` : problemOf(object as Workload, wanted, label)
    return problem === undefined ? { ready: 1, total: 1, waitingFor: '' } : missing(problem)
  } catch (error) {
    return unansweredState(error)
  }
}

/** Which object is meant, as far as `manifests` and the cluster's kinds can tell; otherwise what is missing. */
export async function findObject(
  { kind, name, apiVersion, namespace }: ObjectName,
  manifests: readonly KubernetesObject[],
  kinds: KindFinder,
  signal: AbortSignal | undefined,
): Promise<ObjectKey | string> {
  const known = manifests.find(
    (object) =>
      object.kind === kind &&
      object.metadata.name === name &&
      (apiVersion === undefined || object.apiVersion === apiVersion),
  )
  const found =
    known ?? (apiVersion === undefined ? await findKind(kind, kinds, signal) : { apiVersion, kind })
  if (typeof found === 'string') return found
  const place = namespace ?? known?.metadata.namespace
  return { apiVersion: found.apiVersion, kind, name, ...(place === undefined ? {} : { namespace: place }) }
}

/** The only kind of that name; what to say when there is none, or more than one. */
async function findKind(
  kind: string,
  kinds: KindFinder,
  signal: AbortSignal | undefined,
): Promise<ObjectKind | string> {
  const [first, ...others] = await kinds.find(kind, signal)
  if (first === undefined) return `the kind ${kind}, which the cluster does not have`
  if (others.length === 0) return first
  const versions = [first, ...others].map(({ apiVersion }) => apiVersion)
  return `an \`apiVersion\` of it, since ${kind} is a kind of ${versions.join(' and ')}`
}

function problemOf(object: Workload, { type, status }: ObjectCondition, label: string): string | undefined {
  const found: (Condition & { readonly observedGeneration?: number }) | undefined = condition(object, type)
  if (found === undefined) {
    const types = (object.status?.conditions ?? []).map((each) => each.type)
    return `${type} of ${label}${types.length === 0 ? '' : `, which tells of ${types.join(', ')}`}`
  }
  if ((found.observedGeneration ?? Number.POSITIVE_INFINITY) < (object.metadata.generation ?? 0))
    return `${label} to be looked at by its controller`
  if (found.status === status) return undefined
  const why = [found.reason, found.message].filter(Boolean).join(': ')
  return `${label}: ${type} is ${found.status}${why === '' ? '' : ` (${why})`}`
}

function missing(waitingFor: string): RolloutState {
  return { ready: 0, total: 1, waitingFor }
}
