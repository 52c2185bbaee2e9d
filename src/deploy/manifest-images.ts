import type { Diagnostic, SourceLocation } from '../diagnostics/diagnostic.ts'
import { closest } from '../diagnostics/suggest.ts'
import type { YamlPath } from '../diagnostics/yaml-source.ts'
import {
  familiarReference,
  formatReference,
  localRepository,
  parseReference,
  type Reference,
  tryParseReference,
  withDefaultTag,
} from '../util/image-reference.ts'
import { isMapping } from '../util/is-mapping.ts'
import type { KubernetesObject } from '../util/kubernetes-object.ts'
import { describeManifest, type Manifest } from './manifest.ts'

/** An image that the run provides, as far as manifests are concerned. */
export type ProvidedImage =
  | { readonly kind: 'built'; readonly name: string; readonly repository: string }
  | { readonly kind: 'external'; readonly name: string; readonly reference: string }

/** One `image:` of a pod template. */
export interface ManifestImage {
  /** As it stands in the manifest. */
  readonly text: string
  /** Path of the text in the object. */
  readonly path: YamlPath
  readonly location: SourceLocation
}

/** The images of all containers and init containers of a workload; none for other kinds of object. */
export function imagesOf({ object, locate }: Manifest): readonly ManifestImage[] {
  return containersOf(object).flatMap(({ container, path }) => {
    if (typeof container.image !== 'string') return []
    const at = [...path, 'image']
    return [{ text: container.image, path: at, location: locate(at) }]
  })
}

/**
 * The image that a manifest means by `text`. A built image is meant by its repository, under any tag and with or
 * without `localhost/` or `docker.io/`; an external one by exactly its reference.
 */
export function findProvided<I extends ProvidedImage>(text: string, provided: Iterable<I>): I | undefined {
  const reference = tryParseReference(text)
  if (reference === undefined) return undefined
  for (const image of provided) {
    if (image.kind === 'built' && repositoryKey(image.repository) === localRepository(reference)) return image
    if (image.kind === 'external' && qualified(parseReference(image.reference)) === qualified(reference))
      return image
  }
  return undefined
}

/** An `E_MANIFEST_IMAGE` for every image of the manifests that nobody provides. */
export function checkImages(
  manifests: readonly Manifest[],
  provided: Iterable<ProvidedImage>,
): readonly Diagnostic[] {
  const images = [...provided]
  return manifests.flatMap((manifest) =>
    imagesOf(manifest)
      .filter(({ text }) => findProvided(text, images) === undefined)
      .map(({ text, location }) => ({
        code: 'E_MANIFEST_IMAGE',
        severity: 'error',
        message: `nobody provides the image \`${text}\` of ${describeManifest(manifest)}`,
        location,
        hint: hintFor(text, images),
      })),
  )
}

/**
 * A copy of a workload in which every image that `resolve` knows has the run's reference and is never pulled (it has
 * been loaded). Images it answers with `undefined` keep their text and their policy; the original is not changed.
 */
export function injectImages(
  object: KubernetesObject,
  resolve: (text: string) => string | undefined,
): KubernetesObject {
  const copy = structuredClone(object)
  for (const { container } of containersOf(copy)) {
    const reference = typeof container.image === 'string' ? resolve(container.image) : undefined
    if (reference === undefined) continue
    container.image = reference
    container.imagePullPolicy = 'Never'
  }
  return copy
}

const templateSpec = ['spec', 'template', 'spec']
const podSpecPaths: Readonly<Record<string, readonly string[]>> = {
  Pod: ['spec'],
  Deployment: templateSpec,
  StatefulSet: templateSpec,
  DaemonSet: templateSpec,
  ReplicaSet: templateSpec,
  Job: templateSpec,
  CronJob: ['spec', 'jobTemplate', ...templateSpec],
}

interface Container {
  readonly container: Record<string, unknown>
  readonly path: YamlPath
}

function containersOf(object: KubernetesObject): readonly Container[] {
  const specPath = podSpecPaths[object.kind]
  if (specPath === undefined) return []
  const spec = specPath.reduce<unknown>((at, field) => (isMapping(at) ? at[field] : undefined), object)
  if (!isMapping(spec)) return []
  return ['initContainers', 'containers'].flatMap((field) => {
    const list = spec[field]
    if (!Array.isArray(list)) return []
    return list.flatMap((container: unknown, index) =>
      isMapping(container) ? [{ container, path: [...specPath, field, index] }] : [],
    )
  })
}

function hintFor(text: string, provided: readonly ProvidedImage[]): string {
  const reference = tryParseReference(text)
  if (reference === undefined) return 'this is no image reference'
  const otherTag = provided.find(
    (image) => image.kind === 'external' && isSameRepository(parseReference(image.reference), reference),
  )
  if (otherTag?.kind === 'external') {
    return `image \`${otherTag.name}\` is pulled as \`${otherTag.reference}\`; use the same tag in both places`
  }
  const names = new Map(provided.map((image) => [shortName(image), image]))
  const candidate = closest(localRepository(reference), names.keys())
  if (candidate !== undefined) return `did you mean \`${candidate}\`?`
  const name = reference.repository
    .slice(reference.repository.lastIndexOf('/') + 1)
    .replace(/[^a-z0-9-]/g, '-')
  const pull = formatReference(withDefaultTag(reference))
  return `declare it under \`images\`: \`${name}: { pull: ${pull} }\`, or with \`dockerfile\` if it is built here`
}

function shortName(image: ProvidedImage): string {
  if (image.kind === 'built') return image.repository
  const { tag: _, digest: __, ...withoutTag } = parseReference(image.reference)
  return familiarReference(withoutTag)
}

function isSameRepository(a: Reference, b: Reference): boolean {
  return a.registry === b.registry && a.repository === b.repository
}

function qualified(reference: Reference): string {
  return formatReference(withDefaultTag(reference))
}

function repositoryKey(repository: string): string {
  return localRepository(parseReference(repository))
}
