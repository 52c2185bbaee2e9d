import type { KubernetesObject } from '../../util/kubernetes-object.ts'
import type { RolloutState } from '../cluster.ts'
import type { KindFinder } from './kind-finder.ts'
import type { WatchedObjects } from './watched-objects.ts'

/** In all its versions, what is looked at here is the same. */
const sliceKind = 'EndpointSlice'
/** Where there are no slices, and on its way out where there are. */
const classic = { apiVersion: 'v1', kind: 'Endpoints' }

interface Addresses {
  readonly subsets?: readonly { readonly addresses?: readonly unknown[] | null }[] | null
  readonly endpoints?:
    | readonly {
        readonly addresses?: readonly string[] | null
        readonly conditions?: { readonly ready?: boolean }
      }[]
    | null
}

/** The Services of manifests that pods, or somebody's own addresses, stand behind. */
export function frontsOf(objects: readonly KubernetesObject[]): readonly KubernetesObject[] {
  return objects.filter(
    ({ apiVersion, kind, spec }) =>
      apiVersion === 'v1' &&
      kind === 'Service' &&
      (spec as { type?: string } | undefined)?.type !== 'ExternalName',
  )
}

/** How many Services have a ready address behind them, as the cluster's own proxies see it (R8). */
export async function endpointsState(
  services: readonly KubernetesObject[],
  kinds: KindFinder,
  watched: WatchedObjects,
  signal: AbortSignal | undefined,
): Promise<RolloutState> {
  const [kind = classic] = await kinds.find(sliceKind, signal)
  const served = await Promise.all(
    services.map(async ({ metadata: { name, namespace = 'default' } }) => {
      const found = await watched.list({ ...kind, namespace }, signal)
      return found.some((object) => serviceOf(object) === name && hasAddress(object))
    }),
  )
  const missing = services.find((_, index) => served[index] !== true)
  return {
    ready: served.filter(Boolean).length,
    total: services.length,
    waitingFor: missing === undefined ? '' : `an address behind Service ${missing.metadata.name}`,
  }
}

function serviceOf({ kind, metadata }: KubernetesObject): string | undefined {
  return kind === sliceKind ? metadata.labels?.['kubernetes.io/service-name'] : metadata.name
}

function hasAddress(object: KubernetesObject): boolean {
  const { subsets, endpoints } = object as unknown as Addresses
  return (
    (subsets ?? []).some(({ addresses }) => (addresses ?? []).length > 0) ||
    // An absent condition is one that nobody knows, which counts as ready.
    (endpoints ?? []).some(
      ({ conditions, addresses }) => conditions?.ready !== false && (addresses ?? []).length > 0,
    )
  )
}
