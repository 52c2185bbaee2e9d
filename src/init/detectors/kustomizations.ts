import type { Detector } from '../detector.ts'
import { baseName, directoryOf, pathFrom } from '../paths.ts'
import { mappingsIn, textsAt } from '../yaml-values.ts'

const listing = new Set(['apiVersion', 'kind', 'metadata', 'resources', 'bases'])

/** Kustomizations: what they list, and whether that is all they do. */
export const kustomizations: Detector = {
  name: 'kustomizations',
  isFor: (path) => /^(?:kustomization\.ya?ml|Kustomization)$/.test(baseName(path)),
  detect: (path, text) => {
    const [value] = mappingsIn(text)
    if (value === undefined || value.kind === 'Component') return []
    const directory = directoryOf(path)
    const resources = ['resources', 'bases', 'components'].flatMap((key) =>
      textsAt(value, key).flatMap((resource) => {
        const from = /:\/\/|^github\.com\//.test(resource) ? undefined : pathFrom(directory, resource)
        return from === undefined ? [] : [from]
      }),
    )
    const listed = ['resources', 'bases'].flatMap((key) => textsAt(value, key))
    const isPlain = Object.keys(value).every((key) => listing.has(key)) && listed.length === resources.length
    return [{ kind: 'kustomization', path, directory, resources, isPlain }]
  },
}
