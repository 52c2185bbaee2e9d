import { ApiClient } from './api-client.ts'
import type { KubernetesClient } from './kubernetes-client.ts'
import { KubernetesError } from './kubernetes-error.ts'

/**
 * A client for the current context of a kubeconfig, given as its text; nothing is asked of the cluster yet. Neither
 * `KUBECONFIG` nor `~/.kube` is ever read (C6).
 */
export async function connectKubernetes(kubeconfig: string): Promise<KubernetesClient> {
  // Half a second to load: only those who talk to a cluster pay for it.
  const { KubeConfig } = await import('@kubernetes/client-node')
  const config = new KubeConfig()
  try {
    config.loadFromString(kubeconfig)
  } catch (cause) {
    throw unusable(cause instanceof Error ? cause.message : String(cause), cause)
  }
  if (!config.getCurrentCluster()) throw unusable('it has no current context, or no cluster for it')
  return new ApiClient(config)
}

function unusable(serverMessage: string, cause?: unknown): KubernetesError {
  return new KubernetesError({ action: 'read the kubeconfig', reason: 'Invalid', serverMessage, cause })
}
