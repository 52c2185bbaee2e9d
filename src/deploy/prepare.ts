import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import type { ManifestProblem, ServiceManifests } from '../drivers/cluster.ts'
import type { KubernetesObject } from '../util/kubernetes-object.ts'
import { type Manifest, readManifests } from './manifest.ts'
import { checkImages, findProvided, imagesOf, type ProvidedImage } from './manifest-images.ts'

/** What preparing needs of a service's configuration. */
export interface ServiceSource {
  readonly name: string
  readonly apply: readonly string[]
  readonly ports: ReadonlyMap<string, { readonly port: number }>
}

/** The manifests of an environment, read and checked, and what follows from them for the plan. */
export interface PreparedManifests {
  readonly services: readonly ServiceManifests[]
  /** By service, the names of the images its manifests run. */
  readonly imagesOf: ReadonlyMap<string, readonly string[]>
  /** The name of the image that a manifest means by a text. */
  readonly imageNamed: (text: string) => string | undefined
  readonly diagnostics: readonly Diagnostic[]
  /** Gives what a provider says about an object its place in a file. */
  readonly locate: (problem: ManifestProblem) => Diagnostic
}

/**
 * Reads the manifests of services and finds the image behind each of their containers; an image nobody provides is
 * told now, before the first build (I1).
 */
export async function prepareManifests(
  sources: readonly ServiceSource[],
  provided: readonly ProvidedImage[],
): Promise<PreparedManifests> {
  const reads = await Promise.all(
    sources.map(async (source) => ({ source, ...(await readManifests(source.apply)) })),
  )
  const manifestOf = new Map<KubernetesObject, Manifest>()
  for (const { manifests } of reads)
    for (const manifest of manifests) manifestOf.set(manifest.object, manifest)
  const imageNamed = (text: string) => findProvided(text, provided)?.name
  return {
    services: reads.map(({ source, manifests }) => ({
      service: source.name,
      objects: manifests.map(({ object }) => object),
      ports: new Map([...source.ports].map(([name, { port }]) => [name, port])),
    })),
    imagesOf: new Map(reads.map(({ source, manifests }) => [source.name, imageNames(manifests, imageNamed)])),
    imageNamed,
    diagnostics: reads.flatMap(({ manifests, diagnostics }) => [
      ...diagnostics,
      ...checkImages(manifests, provided),
    ]),
    locate: (problem) => toDiagnostic(problem, manifestOf.get(problem.object)),
  }
}

function imageNames(
  manifests: readonly Manifest[],
  imageNamed: (text: string) => string | undefined,
): string[] {
  const names = manifests.flatMap(imagesOf).map(({ text }) => imageNamed(text))
  return [...new Set(names.filter((name) => name !== undefined))]
}

function toDiagnostic(problem: ManifestProblem, manifest: Manifest | undefined): Diagnostic {
  return {
    code: problem.kind === 'unsupported' ? 'E_MANIFEST_UNSUPPORTED' : 'E_MANIFEST_INVALID',
    severity: 'error',
    message: problem.message,
    ...(manifest === undefined ? {} : { location: manifest.locate(problem.path) }),
    ...(problem.hint === undefined ? {} : { hint: problem.hint }),
  }
}
