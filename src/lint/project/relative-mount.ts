import { kindSource, nodeEntries } from './kind-yaml.ts'
import type { ProjectRule } from './project-rule.ts'

export const relativeMount: ProjectRule = {
  name: 'relative-mount',
  severity: 'warning',
  summary: 'a mount of a Kind configuration has a relative path on the host',
  why: 'kind takes it from the directory it is called in, and Kindling from that of the file: each mounts something else',
  details: `Looked at is \`hostPath\` of \`extraMounts\` in all nodes. The container engine makes a directory that does not exist, so
the wrong one is empty and nobody is told.

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
          message: `\`${hostPath}\` is relative, and depends on who makes the cluster from where`,
          hint: 'write an absolute path, or put what is in it into an image or a ConfigMap',
        }
      }
    }
  },
}
