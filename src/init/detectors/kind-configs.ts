import type { Detector } from '../detector.ts'
import { mappingsIn, textAt } from '../yaml-values.ts'

/** Configurations of Kind clusters, under any name. */
export const kindConfigs: Detector = {
  name: 'Kind configurations',
  isFor: (path) => /\.ya?ml$/.test(path),
  detect: (path, text) => {
    if (!text.includes('kind.x-k8s.io/')) return []
    const isCluster = mappingsIn(text).some(
      (value) =>
        textAt(value, 'kind') === 'Cluster' && textAt(value, 'apiVersion')?.startsWith('kind.x-k8s.io/'),
    )
    return isCluster ? [{ kind: 'kind-config', path }] : []
  },
}
