import type { KubernetesObject } from '../util/kubernetes-object.ts'
import type { ManifestsFinding } from './findings.ts'

/** Groups of files that look like objects but configure a program on the host. */
const notApplied =
  /(?:^|\.)(?:kind\.x-k8s\.io|kubeadm\.k8s\.io|kubelet\.config\.k8s\.io|kubeproxy\.config\.k8s\.io|audit\.k8s\.io|apiserver\.(?:config\.)?k8s\.io|client\.authentication\.k8s\.io|config\.istio\.io)\/|^(?:skaffold|kindling|ctlptl\.dev|tilt\.dev|k3d\.io|config\.ko\.dev|kustomize\.config\.k8s\.io|kubebuilder\.io|backstage\.io|scaffolder\.backstage\.io|velero-internal)\//

/** What of the objects in a file goes to a cluster; nothing when none does. */
export function findingOf(path: string, objects: readonly KubernetesObject[]): readonly ManifestsFinding[] {
  const applied = objects.filter(({ apiVersion, kind }) => {
    // A kubeconfig has the version of the core.
    const isKubeconfig = apiVersion === 'v1' && kind === 'Config'
    return !isKubeconfig && !notApplied.test(apiVersion)
  })
  return applied.length === 0 ? [] : [{ kind: 'manifests', path, objects: applied }]
}
