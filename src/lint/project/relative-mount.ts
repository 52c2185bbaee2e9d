import { kindSource, nodeEntries } from './kind-yaml.ts'
import type { ProjectRule } from './project-rule.ts'

export const relativeMount: ProjectRule = {
  name: 'relative-mount',
  severity: 'warning',
  summary: 'a mount in a Kind configuration has a relative host path',
  why: 'kind resolves it against the directory it is called in, Kindling against that of the file, so each mounts something else',
  details: `The rule looks at \`hostPath\` of \`extraMounts\` in all nodes. The container engine creates a directory that does not exist, so the
wrong one is empty, and nobody notices.

Put what the nodes need into an image or a ConfigMap, or write an absolute path that is the same on every machine.`,
  *check({ kindConfigs }) {
    for (const config of kindConfigs) {
      const source = kindSource(config)
      if (source === undefined) continue
      for (const { value, path } of nodeEntries(source, 'extraMounts')) {
        const { hostPath } = value
        if (typeof hostPath !== 'string' || hostPath === '' || hostPath.startsWith('/')) continue
        yield {
          location: source.locate([...path, 'hostPath']),
          message: `\`${hostPath}\` is relative, so it depends on who creates the cluster, and where`,
          hint: 'write an absolute path, or put its content into an image or a ConfigMap',
        }
      }
    }
  },
}
