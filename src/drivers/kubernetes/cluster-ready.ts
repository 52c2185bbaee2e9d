import type { Clock } from '../../util/clock.ts'
import type { KubernetesClient } from './kubernetes-client.ts'
import { isNotFound, KubernetesError } from './kubernetes-error.ts'
import { condition, type Pod, type Workload } from './live-objects.ts'
import { isPassing } from './retry.ts'

export interface ReadyOptions {
  readonly clock: Clock
  readonly timeoutMs: number
  readonly signal?: AbortSignal
}

const pauseMs = 200

/** Waits until there is a node and every node is Ready; rejects with a `KubernetesError` that says which is not. */
export async function awaitNodes(client: KubernetesClient, options: ReadyOptions): Promise<void> {
  await untilNothingMissing('wait for the nodes', options, async () => {
    const { items } = await client.list({ apiVersion: 'v1', kind: 'Node' }, callOptions(options))
    if (items.length === 0) return 'there is no node'
    const waiting = items.filter((node) => condition(node as Workload, 'Ready')?.status !== 'True')
    const [first] = waiting
    if (first === undefined) return undefined
    const reason = condition(first as Workload, 'Ready')?.message
    return `node ${first.metadata.name} is not ready${reason === undefined ? '' : `: ${reason}`}`
  })
}

/** Waits until names are answered in the cluster: some pod behind the Service `kube-dns` is ready. */
export async function awaitDns(client: KubernetesClient, options: ReadyOptions): Promise<void> {
  await untilNothingMissing('wait for the DNS', options, async () => {
    const query = {
      apiVersion: 'v1',
      kind: 'Pod',
      namespace: 'kube-system',
      labels: { 'k8s-app': 'kube-dns' },
    }
    if (await hasEndpoints(client, options)) return undefined
    const { items } = await client.list(query, callOptions(options))
    if (items.length === 0) return 'there is no pod for it'
    const waiting = (items as readonly Pod[]).flatMap(({ status }) => status?.containerStatuses ?? [])
    const reason = waiting.find(({ state }) => state?.waiting !== undefined)?.state?.waiting?.reason
    return `no pod of it is ready${reason === undefined ? '' : ` (${reason})`}`
  })
}

interface Endpoints {
  readonly subsets?: readonly { readonly addresses?: readonly unknown[] }[]
  readonly endpoints?: readonly { readonly conditions?: { readonly ready?: boolean } }[]
}

/** Endpoints are on their way out and EndpointSlices are young: whichever of them the cluster has. */
async function hasEndpoints(client: KubernetesClient, options: ReadyOptions): Promise<boolean> {
  const service = { name: 'kube-dns', namespace: 'kube-system' }
  const endpoints = await client.get(
    { apiVersion: 'v1', kind: 'Endpoints', ...service },
    callOptions(options),
  )
  if (endpoints !== undefined) {
    const { subsets = [] } = endpoints as unknown as Endpoints
    return subsets.some(({ addresses = [] }) => addresses.length > 0)
  }
  const query = {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    namespace: service.namespace,
    labels: { 'kubernetes.io/service-name': service.name },
  }
  try {
    const { items } = await client.list(query, callOptions(options))
    return items.some((slice) =>
      ((slice as unknown as Endpoints).endpoints ?? []).some(({ conditions }) => conditions?.ready !== false),
    )
  } catch (error) {
    if (isNotFound(error)) return false
    throw error
  }
}

async function untilNothingMissing(
  action: string,
  options: ReadyOptions,
  missing: () => Promise<string | undefined>,
): Promise<void> {
  const { clock, signal, timeoutMs } = options
  const endMs = clock.now() + timeoutMs
  for (;;) {
    const reason = await missing().catch((error: unknown) => {
      if (error instanceof KubernetesError && isPassing(error)) return error.serverMessage
      throw error
    })
    if (reason === undefined) return
    if (clock.now() >= endMs) throw new KubernetesError({ action, reason: 'Timeout', serverMessage: reason })
    await clock.sleep(pauseMs, signal)
  }
}

function callOptions({ signal }: ReadyOptions): { readonly signal?: AbortSignal } {
  return signal === undefined ? {} : { signal }
}
