import type { Diagnostic, SourceLocation } from '../diagnostics/diagnostic.ts'
import type { ManifestProblem, ServiceManifests } from '../drivers/cluster.ts'
import type { KubernetesObject } from '../util/kubernetes-object.ts'
import { type HookStep, splitHooks } from './hooks.ts'
import type { InstanceNames } from './instance.ts'
import { type Manifest, originOf, withoutDuplicates } from './manifest.ts'
import {
  checkImagePaths,
  checkImages,
  findProvided,
  imagesOf,
  type ProvidedImage,
} from './manifest-images.ts'
import { clusterScope } from './object-scope.ts'
import { crowdedServices, placeManifests } from './place-manifests.ts'
import { readManifests } from './read-manifests.ts'
import type { ServiceSource } from './sources.ts'

/** The manifests of an environment, read and checked, and what follows from them for the plan. */
export interface PreparedManifests {
  /** Without hooks. */
  readonly services: readonly ServiceManifests[]
  /** By service, what is applied before and after the rest of its objects, in order; none for most. */
  readonly hooksOf: ReadonlyMap<string, readonly HookStep[]>
  /** By instance of a service, what its objects are called that the manifests call otherwise. */
  readonly instanceNames: ReadonlyMap<string, InstanceNames>
  /** Whether an object belongs to no namespace. */
  readonly isClusterScoped: (object: KubernetesObject) => boolean
  /** By service, the names of the images its manifests run, hooks included. */
  readonly imagesOf: ReadonlyMap<string, readonly string[]>
  /** Services of which something could not be read: what they lack, they may have. */
  readonly incomplete: ReadonlySet<string>
  /** The name of the image that a manifest means by a text. */
  readonly imageNamed: (text: string) => string | undefined
  readonly diagnostics: readonly Diagnostic[]
  /** Gives what a provider says about an object its place in a file. */
  readonly locate: (problem: ManifestProblem) => Diagnostic
  /** Where an object of a service begins, hooks included; for a rendered one, what asks for it. */
  readonly placeOf: (object: ObjectName) => SourceLocation | undefined
}

/** What an object is called, in a namespace or in none. */
export interface ObjectName {
  readonly kind: string
  readonly name: string
  readonly namespace?: string
}

/**
 * Reads or renders the manifests of services, puts them into their namespaces, and finds the image behind each of their
 * containers; an image nobody provides is told now, before the first build (I1), and hooks are known (R5). Programs
 * that render run at the same time; nothing else is changed.
 */
export async function prepareManifests(
  sources: readonly ServiceSource[],
  provided: readonly ProvidedImage[],
): Promise<PreparedManifests> {
  const reads = await Promise.all(
    sources.map(async (source) => ({ source, read: await readManifests(source.sources) })),
  )
  const isClusterScoped = clusterScope(
    reads.flatMap(({ read }) => read.manifests.map(({ object }) => object)),
  )
  const surroundings = { isClusterScoped, crowded: crowdedServices(sources) }
  const services = reads.map(({ source, read }) => {
    const { manifests, nameOf } = placeManifests(read.manifests, source, surroundings)
    return {
      source,
      nameOf,
      ...inTurn(manifests),
      // Why there is no image at a place is not the question while an object may be missing.
      isComplete: read.diagnostics.length === 0,
      problems: read.diagnostics,
    }
  })
  const manifestOf = new Map<KubernetesObject, Manifest>()
  for (const { manifests } of services)
    for (const manifest of manifests) manifestOf.set(manifest.object, manifest)
  const imageNamed = (text: string) => findProvided(text, provided)?.name
  return {
    services: services.map(({ source, objects }) => ({
      service: source.name,
      objects,
      ports: new Map([...source.ports].map(([name, { port }]) => [name, port])),
    })),
    hooksOf: new Map(services.map(({ source, hooks }) => [source.name, hooks])),
    instanceNames: new Map(
      services.flatMap(({ source, nameOf }) =>
        nameOf === undefined ? [] : [[source.name, nameOf] as const],
      ),
    ),
    isClusterScoped,
    imagesOf: new Map(
      services.map(({ source, manifests }) => [source.name, imageNames(source, manifests, imageNamed)]),
    ),
    incomplete: new Set(services.filter(({ isComplete }) => !isComplete).map(({ source }) => source.name)),
    imageNamed,
    diagnostics: withoutRepeats(
      services.flatMap(({ source: { imagePaths }, manifests, problems, duplicates, isComplete }) => [
        ...problems,
        ...duplicates,
        ...checkImages(manifests, provided, imagePaths),
        ...(isComplete ? checkImagePaths(manifests, imagePaths) : []),
      ]),
    ),
    locate: (problem) => toDiagnostic(problem, manifestOf.get(problem.object)),
    placeOf: (name) => [...manifestOf.values()].find(({ object }) => isCalled(object, name))?.locate([]),
  }
}

function isCalled({ kind, metadata }: KubernetesObject, wanted: ObjectName): boolean {
  if (kind !== wanted.kind || metadata.name !== wanted.name) return false
  return (metadata.namespace ?? 'default') === (wanted.namespace ?? 'default')
}

/** Hooks apart from the rest; those that are not for an installation are in neither part. */
function inTurn(all: readonly Manifest[]): {
  /** All that is applied at some time. */
  readonly manifests: readonly Manifest[]
  readonly objects: readonly KubernetesObject[]
  readonly hooks: readonly HookStep[]
  readonly duplicates: readonly Diagnostic[]
} {
  const split = splitHooks(all.map(({ object }) => object))
  const among = (objects: readonly KubernetesObject[]) => {
    const wanted = new Set(objects)
    return all.filter(({ object }) => wanted.has(object))
  }
  // Hooks come one after another, and may well have the same name.
  const { manifests, diagnostics } = withoutDuplicates(among(split.objects))
  return {
    manifests: [...manifests, ...among(split.hooks.flatMap(({ objects }) => objects))],
    objects: manifests.map(({ object }) => object),
    hooks: split.hooks,
    duplicates: diagnostics,
  }
}

function imageNames(
  { imagePaths }: ServiceSource,
  manifests: readonly Manifest[],
  imageNamed: (text: string) => string | undefined,
): string[] {
  const images = manifests.flatMap((manifest) => imagesOf(manifest, imagePaths))
  return [...new Set(images.map(({ text }) => imageNamed(text)).filter((name) => name !== undefined))]
}

/** What is wrong in a file is so for every instance of the service. */
function withoutRepeats(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  return [...new Map(diagnostics.map((diagnostic) => [JSON.stringify(diagnostic), diagnostic])).values()]
}

const codes = {
  unsupported: 'E_MANIFEST_UNSUPPORTED',
  invalid: 'E_MANIFEST_INVALID',
  duplicate: 'E_MANIFEST_DUPLICATE',
} as const

function toDiagnostic(problem: ManifestProblem, manifest: Manifest | undefined): Diagnostic {
  return {
    code: codes[problem.kind],
    severity: 'error',
    message: `${problem.message}${originOf(manifest ?? {})}`,
    ...(manifest === undefined ? {} : { location: manifest.locate(problem.path) }),
    ...(problem.hint === undefined ? {} : { hint: problem.hint }),
  }
}
