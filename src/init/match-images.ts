import { imageFieldsOf } from '../deploy/image-paths.ts'
import { formatReference, tryParseReference, withDefaultTag } from '../util/image-reference.ts'
import type { BuiltCandidate } from './built-images.ts'
import { lastPart, nameFrom, repositoryOf } from './names.ts'
import type { Repository } from './repository.ts'
import { placeOf, type Unit } from './unit.ts'
import { wellKnown } from './well-known.ts'

export interface MatchedImages {
  /** Built here, and run by a manifest: with the repository that manifests know it by. */
  readonly built: readonly BuiltCandidate[]
  /** Those of others, by the text of the first manifest that names it. */
  readonly pulled: readonly { readonly name: string; readonly reference: string }[]
  /** By image as manifests name it, the candidate behind it. */
  readonly candidateOf: ReadonlyMap<string, BuiltCandidate>
  readonly notes: readonly string[]
}

interface Named {
  readonly text: string
  readonly unit: Unit
}

/** Finds who provides each image of the manifests: something that is built here, or else a registry. */
export function matchImages(
  units: readonly Unit[],
  candidates: readonly BuiltCandidate[],
  { files }: Pick<Repository, 'files'>,
): MatchedImages {
  const images = new Map<string, Named>()
  for (const unit of units)
    for (const { text } of unit.objects.flatMap((object) => imageFieldsOf(object)))
      if (!images.has(text)) images.set(text, { text, unit })
  // Whatever the tag, it is one image when it is built here.
  const open = [...new Map([...images.values()].map((named) => [keyOf(named), named])).values()]
  const found = new Map<string, BuiltCandidate>()
  const take = (named: Named, candidate: BuiltCandidate | undefined) => {
    if (candidate === undefined) return
    const isTold = [candidate.repository, ...candidate.aliases].includes(keyOf(named))
    const guess = isTold ? [] : [`guess: this is the \`${keyOf(named)}\` of ${placeOf(named.unit)}`]
    const comments = [...guess, ...candidate.comments]
    found.set(keyOf(named), { ...candidate, repository: keyOf(named), comments })
    open.splice(open.indexOf(named), 1)
  }
  for (const named of [...open]) take(named, byRepository(named, candidates))
  const free = () =>
    candidates.filter((each) => ![...found.values()].some(({ dockerfile }) => dockerfile === each.dockerfile))
  for (const named of [...open]) take(named, byName(named, free()))
  for (const named of [...open]) take(named, lastOfAll(named, open, free(), files))

  const notes: string[] = []
  const candidateOf = new Map<string, BuiltCandidate>()
  const pulled: { readonly name: string; readonly reference: string }[] = []
  for (const named of images.values()) {
    const candidate = found.get(keyOf(named))
    const reference = tryParseReference(named.text)
    if (candidate !== undefined) {
      candidateOf.set(named.text, candidate)
    } else if (reference === undefined) {
      notes.push(
        `${placeOf(named.unit)}: \`${named.text}\` is no image reference; something else fills it in`,
      )
    } else {
      const name = nameFrom(lastPart(reference.repository))
      pulled.push({ name, reference: formatReference(withDefaultTag(reference)) })
    }
  }
  return { built: [...found.values()], pulled: distinct(pulled), candidateOf, notes }
}

/** The repository, or the text where it is no reference. */
function keyOf({ text }: Named): string {
  return repositoryOf(text) ?? text
}

function byRepository({ text }: Named, candidates: readonly BuiltCandidate[]): BuiltCandidate | undefined {
  const repository = repositoryOf(text)
  if (repository === undefined) return undefined
  return candidates.find((each) => each.repository === repository || each.aliases.includes(repository))
}

/** Whether the name says it: `ghcr.io/shop/web` for `web/Dockerfile`, `shop-web` as well. */
function byName({ text }: Named, candidates: readonly BuiltCandidate[]): BuiltCandidate | undefined {
  const repository = repositoryOf(text)
  if (repository === undefined) return undefined
  const last = lastPart(repository)
  const fitting = candidates.filter((each) => !each.bases.some((base) => repositoryOf(base) === repository))
  return (
    fitting.find((each) => nameFrom(each.name) === nameFrom(last)) ??
    (isOfficial(text)
      ? undefined
      : fitting.find((each) => nameFrom(last).endsWith(`-${nameFrom(each.name)}`)))
  )
}

/** The only image that nobody provides and that looks like one of the repository's is the only Dockerfile that is left. */
function lastOfAll(
  named: Named,
  open: readonly Named[],
  free: readonly BuiltCandidate[],
  files: readonly string[],
): BuiltCandidate | undefined {
  const isOwn = ({ text }: Named) => {
    const reference = tryParseReference(text)
    if (reference === undefined || isOfficial(text)) return false
    const isLocal = reference.registry === 'docker.io' && isLocallyTagged(text)
    const directory = `/${lastPart(reference.repository)}/`
    return isLocal || files.some((file) => `/${file}`.includes(directory))
  }
  const own = open.filter(isOwn)
  const built = free.filter(({ isBuilt }) => isBuilt)
  const [only, ...others] = built.length > 0 ? built : free
  return own.length === 1 && own[0] === named && others.length === 0 ? only : undefined
}

/** A name without any owner and with a version, or that of a program everybody knows. */
function isOfficial(text: string): boolean {
  const reference = tryParseReference(text)
  if (reference?.repository.startsWith('library/') !== true) return false
  return wellKnown(text) !== undefined || !isLocallyTagged(text)
}

/** Without a tag, or with one that people give what they build themselves. */
function isLocallyTagged(text: string): boolean {
  return /(?::(?:latest|dev|local|test|e2e)|^[^:@]+)$/.test(text)
}

function distinct<T extends { readonly name: string; readonly reference: string }>(
  images: readonly T[],
): readonly T[] {
  return [...new Map(images.map((image) => [image.reference, image])).values()]
}

/** Whether one candidate is what another one is built on, by what its commands or its Dockerfile say. */
export function isBaseOf(candidate: BuiltCandidate, other: BuiltCandidate): boolean {
  const names = [candidate.repository, ...candidate.aliases].filter((name) => name !== undefined)
  return (
    other.bases.some((base) => names.includes(repositoryOf(base) ?? base)) ||
    Object.values({ ...other.imageArgs, ...other.args }).some((value) =>
      names.includes(repositoryOf(value) ?? value),
    )
  )
}

/** The base of an image that is called as a Dockerfile which nobody else names: `shop/common` for `common/Dockerfile`. */
export function baseNamed(candidate: BuiltCandidate, other: BuiltCandidate): string | undefined {
  if (candidate.repository !== undefined) return undefined
  return other.bases
    .filter((base) => !isOfficial(base))
    .flatMap((base) => repositoryOf(base) ?? [])
    .find((base) => base.includes('/') && nameFrom(lastPart(base)) === nameFrom(candidate.name))
}
