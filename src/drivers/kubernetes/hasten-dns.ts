import type { Clock } from '../../util/clock.ts'
import type { CallOptions } from '../container-engine.ts'
import type { KubernetesClient } from './kubernetes-client.ts'
import { KubernetesError } from './kubernetes-error.ts'

const coreDns = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'coredns', namespace: 'kube-system' }

/** Between two looks whether there is a DNS already: its first pods start a second after it. */
const pauseMs = 200

export interface HastenOptions extends Pick<CallOptions, 'signal'> {
  /** Two pods on the one node there is are started one for the other, and fail together. */
  readonly isSingleNode: boolean
}

/**
 * Has the pods of a cluster's DNS asked every second whether they are ready, and not every ten, which is how long after
 * their start names would otherwise be answered for; on a single node it is one pod. To be called while none of them runs
 * yet: later it replaces them. A cluster with another DNS, or one that does not take it, stays as it is.
 */
export async function hastenDns(client: KubernetesClient, options: HastenOptions): Promise<void> {
  if (await isThere(client, options)) await patch(client, options)
}

/**
 * The same while a cluster is being made, as soon as there is such a DNS. Rejects with the signal's reason when none came
 * before that was aborted.
 */
export async function hastenDnsInTime(
  client: KubernetesClient,
  { clock, ...options }: HastenOptions & { readonly clock: Clock },
): Promise<void> {
  while (!(await isThere(client, options))) await clock.sleep(pauseMs, options.signal)
  options.signal?.throwIfAborted()
  await patch(client, options)
}

/** While a cluster is being made, nobody answers, or not to us yet. */
async function isThere(client: KubernetesClient, { signal }: HastenOptions): Promise<boolean> {
  const found = await unlessRefused(client.get(coreDns, signal === undefined ? {} : { signal }))
  return found !== undefined
}

async function patch(client: KubernetesClient, { signal, isSingleNode }: HastenOptions): Promise<void> {
  const { name, namespace, ...kind } = coreDns
  const containers = [{ name: 'coredns', readinessProbe: { periodSeconds: 1 } }]
  const spec = { ...(isSingleNode ? { replicas: 1 } : {}), template: { spec: { containers } } }
  const wanted = { ...kind, metadata: { name, namespace }, spec }
  await unlessRefused(client.apply(wanted, signal === undefined ? {} : { signal }))
}

async function unlessRefused<T>(call: Promise<T>): Promise<T | undefined> {
  try {
    return await call
  } catch (error) {
    if (error instanceof KubernetesError) return undefined
    throw error
  }
}
