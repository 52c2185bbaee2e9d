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
export async function hastenDns(
  client: KubernetesClient,
  { signal, isSingleNode }: HastenOptions,
): Promise<void> {
  const options = signal === undefined ? {} : { signal }
  try {
    if ((await client.get(coreDns, options)) === undefined) return
    const { name, namespace, ...kind } = coreDns
    const containers = [{ name: 'coredns', readinessProbe: { periodSeconds: 1 } }]
    const spec = { ...(isSingleNode ? { replicas: 1 } : {}), template: { spec: { containers } } }
    await client.apply({ ...kind, metadata: { name, namespace }, spec }, options)
  } catch (error) {
    if (!(error instanceof KubernetesError)) throw error
  }
}

/**
 * The same while a cluster is being made, as soon as there is such a DNS. Rejects with the signal's reason when none came
 * before that was aborted.
 */
export async function hastenDnsInTime(
  client: KubernetesClient,
  { clock, ...options }: HastenOptions & { readonly clock: Clock },
): Promise<void> {
  const { signal } = options
  // Until then nobody answers, or not to us yet.
  const isThere = () =>
    client.get(coreDns, signal === undefined ? {} : { signal }).then(
      (found) => found !== undefined,
      (error: unknown) => {
        if (error instanceof KubernetesError) return false
        throw error
      },
    )
  while (!(await isThere())) await clock.sleep(pauseMs, signal)
  signal?.throwIfAborted()
  await hastenDns(client, options)
}
