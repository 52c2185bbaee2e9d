import type { ProjectRule } from './project-rule.ts'

export const kubeadmPatch: ProjectRule = {
  name: 'kubeadm-patch',
  severity: 'warning',
  summary: 'a patch of kubeadm is for another version than that of the nodes, or for nothing',
  why: 'kind applies such a patch to nothing, and says nothing about it',
  details: `A patch in a Kind configuration that names an \`apiVersion\` of kubeadm counts only for nodes that have the same: v1beta4
from Kubernetes 1.36 on, v1beta3 from 1.23 on. Without a \`kind\` it counts for nothing at all.

Leave \`apiVersion\` out, and write \`extraArgs\` as a map: kind turns it into what the version of the nodes wants.`,
  *check({ kindConfigs }) {
    for (const { diagnostics } of kindConfigs) {
      for (const { severity, location, message, hint } of diagnostics) {
        if (severity !== 'warning' || location === undefined) continue
        yield { location, message, hint: hint ?? 'leave `apiVersion` out' }
      }
    }
  },
}
