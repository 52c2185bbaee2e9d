import type { YamlPath } from '../../diagnostics/yaml-source.ts'
import { isMapping } from '../../util/is-mapping.ts'
import { describeObject } from '../../util/kubernetes-object.ts'
import type { ProjectRule } from './project-rule.ts'

interface Container {
  readonly image: string
  readonly policy: string
  readonly path: YamlPath
}

export const pullPolicy: ProjectRule = {
  name: 'pull-policy',
  severity: 'warning',
  summary:
    'a manifest hard-codes a pull policy that works only where the image was loaded, or only where it was pushed',
  why: 'the same manifest fails elsewhere: `Never` where nobody has loaded the image, `Always` where nobody has pushed it',
  details: `The rule reports \`imagePullPolicy: Never\` of any container, and \`Always\` if the project builds the image. \`IfNotPresent\` works
everywhere, and is the default of Kubernetes for any tag but \`latest\`. Kindling sets the policy itself for the images it has
loaded, and for no others.

Leave it out.`,
  *check({ objects }) {
    for (const { object, locate, isBuiltHere } of objects) {
      for (const { image, policy, path } of containersIn(object, [], 0)) {
        if (policy !== 'Never' && !(policy === 'Always' && isBuiltHere(image))) continue
        yield {
          location: locate([...path, 'imagePullPolicy']),
          message: `${describeObject(object)} has \`imagePullPolicy: ${policy}\` for \`${image}\``,
          hint: 'leave it out: Kindling sets it for images that it has loaded',
        }
      }
    }
  },
}

/** Pod specs are nested at different depths, and custom resources have them too. */
const deepest = 12

function containersIn(value: unknown, path: YamlPath, depth: number): readonly Container[] {
  if (depth > deepest || typeof value !== 'object' || value === null) return []
  if (Array.isArray(value)) return value.flatMap((item, i) => containersIn(item, [...path, i], depth + 1))
  if (!isMapping(value)) return []
  const { image, imagePullPolicy: policy } = value
  const own = typeof image === 'string' && typeof policy === 'string' ? [{ image, policy, path }] : []
  return [
    ...own,
    ...Object.entries(value).flatMap(([key, inner]) => containersIn(inner, [...path, key], depth + 1)),
  ]
}
