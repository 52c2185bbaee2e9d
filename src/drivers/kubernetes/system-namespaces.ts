/** Namespaces that are there before anybody has deployed anything, in a cluster that kind has made. */
const names = ['kube-system', 'kube-public', 'kube-node-lease', 'local-path-storage']

/** Whether what is in it is the cluster's own. */
export function isSystemNamespace(namespace: string): boolean {
  return names.includes(namespace)
}
