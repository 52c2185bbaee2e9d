import { parseManifests } from '../../deploy/manifest.ts'
import type { Detector } from '../detector.ts'
import { findingOf } from '../own-objects.ts'
import { baseName } from '../paths.ts'

/** Files of tools that lie about in repositories and are never applied. */
const ofOthers =
  /^(?:kustomization\.ya?ml|chart\.ya?ml|skaffold\.ya?ml|kindling\.ya?ml|package(?:-lock)?\.json|tsconfig.*\.json|(?:docker-|podman-)?compose(?:\.[\w-]+)?\.ya?ml)$/i

/** Kubernetes objects in YAML and JSON files, wherever they lie. */
export const manifests: Detector = {
  name: 'Kubernetes manifests',
  isFor: (path) =>
    /\.(?:ya?ml|json)$/.test(path) && !/(?:^|\/)\./.test(path) && !ofOthers.test(baseName(path)),
  detect: (path, text) => {
    // Most YAML is something else: reading all of it with positions would take seconds.
    if (!/^\s*"?apiVersion"?\s*:/m.test(text) || !/^\s*"?kind"?\s*:/m.test(text)) return []
    // The template of a chart; `helm` reads it.
    if (/\{\{-?\s*(?:\.|if|range|include|with|define|template)/.test(text)) return []
    const { manifests: read } = parseManifests(path, text)
    return findingOf(
      path,
      read.map(({ object }) => object),
    )
  },
}
