import type { ProjectRule } from './project-rule.ts'

export const kubeadmPatch: ProjectRule = {
  name: 'kubeadm-patch',
  severity: 'warning',
  summary: 'a kubeadm patch is for another version than that of the nodes, or for nothing',
  why: 'kind ignores such a patch without a word',
  details: `A patch in a Kind configuration that names an \`apiVersion\` of kubeadm applies only to nodes that use the same: v1beta4 from
Kubernetes 1.36, v1beta3 from 1.23. Without a \`kind\` it applies to nothing at all.

Leave \`apiVersion\` out, and write \`extraArgs\` as a map: kind converts it to what the version of the nodes wants.`,
  *check({ kindConfigs }) {
    for (const { diagnostics } of kindConfigs) {
      for (const { severity, location, message, hint } of diagnostics) {
        if (severity !== 'warning' || location === undefined) continue
        yield { location, message, hint: hint ?? 'leave `apiVersion` out' }
      }
    }
  },
}
