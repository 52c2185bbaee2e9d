import { localRepository, tryParseReference } from '../util/image-reference.ts'

const longest = 63

/** A text as a name in `kindling.yaml`. */
export function nameFrom(text: string): string {
  const name = text
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, longest)
    .replace(/-+$/, '')
  return name === '' ? 'unnamed' : name
}

/** The first of these names that nobody has yet, or the last one with a number; it is then had. */
export function freeName(candidates: readonly string[], taken: Set<string>): string {
  const names = candidates.map(nameFrom)
  const free = names.find((name) => !taken.has(name)) ?? numbered(names.at(-1) ?? 'unnamed', taken)
  taken.add(free)
  return free
}

function numbered(name: string, taken: ReadonlySet<string>): string {
  for (let number = 2; ; number++) {
    if (!taken.has(`${name}-${number}`)) return `${name}-${number}`
  }
}

/** The repository of an image as manifests know it, without tag, `localhost/` and `docker.io/`; undefined for no image. */
export function repositoryOf(image: string): string | undefined {
  const reference = tryParseReference(image)
  return reference === undefined ? undefined : localRepository(reference)
}

/** The last part of a repository: `gateway` of `ghcr.io/shop/gateway`. */
export function lastPart(repository: string): string {
  return repository.slice(repository.lastIndexOf('/') + 1)
}
