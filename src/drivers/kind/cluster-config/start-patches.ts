import type { KindConfig } from './kind-config.ts'

/**
 * With one control plane there is nobody to elect. A controller that could not renew its lease in time, on a machine
 * that is busy with our images, ends itself, is started again after ten seconds, and waits until the lease of its own
 * past has run out.
 */
const noElection = `kind: ClusterConfiguration
controllerManager:
  extraArgs:
    leader-elect: "false"
scheduler:
  extraArgs:
    leader-elect: "false"
`

/**
 * Its thirty controllers start one after another, each with some five requests, of which 20 a second are the default:
 * eight seconds, in which no node gets the addresses of its pods.
 */
const moreRequests = `kind: ClusterConfiguration
controllerManager:
  extraArgs:
    kube-api-qps: "100"
    kube-api-burst: "100"
`

/**
 * Before Kubernetes 1.26 a kubelet looks every ten seconds whether its node is ready. What it tells a quiet API server
 * stays as rare as by default, which changes with the other.
 */
const readyAtOnce = `kind: KubeletConfiguration
nodeStatusUpdateFrequency: 1s
nodeStatusReportFrequency: 5m
`

/**
 * kind has kube-proxy write its rules once a second at most, for the sake of large clusters: so long a service that is ready
 * may not be reached yet, from its node's ports and from other services.
 */
const reachedAtOnce = `kind: KubeProxyConfiguration
iptables:
  minSyncPeriod: 100ms
`

/**
 * What lets a cluster and its services start sooner and surer: patches of kubeadm's configuration, in the form that kind
 * takes for any of its versions. To be applied before those of the project, which may want it otherwise.
 */
export function startPatches({ nodes }: Pick<KindConfig, 'nodes'>): readonly string[] {
  const controlPlanes = nodes.filter(({ role }) => role === 'control-plane')
  return [...(controlPlanes.length === 1 ? [noElection] : []), moreRequests, readyAtOnce, reachedAtOnce]
}
