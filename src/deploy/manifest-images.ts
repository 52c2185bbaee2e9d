import type { Diagnostic, SourceLocation } from '../diagnostics/diagnostic.ts'
import { closest, suggestion } from '../diagnostics/suggest.ts'
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
import type { KubernetesObject } from '../util/kubernetes-object.ts'
import { hasImageAt, type ImagePath, imageFieldsOf } from './image-paths.ts'
import { describeManifest, type Manifest } from './manifest.ts'
import type { LocatedImagePath } from './sources.ts'

/** An image that the run provides, as far as manifests are concerned. */
export type ProvidedImage =
  | { readonly kind: 'built'; readonly name: string; readonly repository: string }
  | { readonly kind: 'external'; readonly name: string; readonly reference: string }

/** One image that a manifest names. */
export interface ManifestImage {
  /** As it stands in the manifest. */
  readonly text: string
  /** Path of the text in the object. */
  readonly path: YamlPath
  readonly location: SourceLocation
}

/**
 * The images that a manifest names: those of the containers and init containers of a workload, and those at other
 * places, which the configuration names.
 */
export function imagesOf(
  { object, locate }: Manifest,
  places: readonly ImagePath[] = [],
): readonly ManifestImage[] {
  return imageFieldsOf(object, places).map(({ text, path }) => ({ text, path, location: locate(path) }))
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
  places: readonly ImagePath[] = [],
): readonly Diagnostic[] {
  const images = [...provided]
  return manifests.flatMap((manifest) =>
    imagesOf(manifest, places)
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

/** An `E_MANIFEST_IMAGE` for every place at which no object of the manifests has an image: it is misspelt, then. */
export function checkImagePaths(
  manifests: readonly Manifest[],
  places: readonly LocatedImagePath[],
): readonly Diagnostic[] {
  return places.flatMap((place) => {
    const { kind, path, location } = place
    if (manifests.some(({ object }) => hasImageAt(object, place))) return []
    const kinds = new Set(manifests.map(({ object }) => object.kind))
    const hasKind = kinds.has(kind)
    return [
      {
        code: 'E_MANIFEST_IMAGE',
        severity: 'error',
        message: hasKind
          ? `no ${kind} of the service has an image at \`${path}\``
          : `the service has no object of kind \`${kind}\``,
        location,
        hint: hasKind
          ? 'name the fields that lead to it, for example `spec.containers[*].image`'
          : suggestion(kind, kinds, 'kinds of its objects'),
      },
    ]
  })
}

/**
 * A copy of an object in which every image that `resolve` knows has the run's reference; it is never pulled, since it
 * has been loaded. Images it answers with `undefined` keep their text and their policy; the original is not changed.
 */
export function injectImages(
  object: KubernetesObject,
  resolve: (text: string) => string | undefined,
  places: readonly ImagePath[] = [],
): KubernetesObject {
  const copy = structuredClone(object)
  for (const { text, parent, isContainer, replace } of imageFieldsOf(copy, places)) {
    const reference = resolve(text)
    if (reference === undefined) continue
    replace(reference)
    // What is no container may not know the field.
    const hasPolicy = isContainer || typeof parent?.imagePullPolicy === 'string'
    if (parent !== undefined && hasPolicy) parent.imagePullPolicy = 'Never'
  }
  return copy
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
