/**
 * What names an image, in its fully qualified form, by the rules of the `distribution/reference` package
 * that docker and podman share.
 */
export interface Reference {
  /** Host with optional port; `docker.io` when the text names none. */
  readonly registry: string
  /** Path below the registry, for example `library/postgres`. */
  readonly repository: string
  readonly tag?: string
  /** Algorithm and hex, for example `sha256:…`. */
  readonly digest?: string
}

/** A text that no engine would accept as an image reference; `reason` completes "… is no image reference: ". */
export class InvalidReference extends Error {
  readonly text: string
  readonly reason: string

  constructor(text: string, reason: string) {
    super(`\`${text}\` is no image reference: ${reason}`)
    this.name = 'InvalidReference'
    this.text = text
    this.reason = reason
  }
}

const DEFAULT_REGISTRY = 'docker.io'
const OFFICIAL = 'library/'
const MAX_REPOSITORY_LENGTH = 255

const registryPattern =
  /^(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)*|\[[a-fA-F0-9:]+\])(?::[0-9]+)?$/
const componentPattern = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*$/
const tagPattern = /^\w[\w.-]{0,127}$/
const digestPattern = /^(?:sha256:[0-9a-f]{64}|sha384:[0-9a-f]{96}|sha512:[0-9a-f]{128})$/

/**
 * Reads any form people and tools write: `postgres`, `shop/gateway:dev`, `localhost:5000/x@sha256:…`. Short names
 * are expanded to `docker.io/library/…`; no tag is invented. Throws `InvalidReference`.
 */
export function parseReference(text: string): Reference {
  const fail = (reason: string): never => {
    throw new InvalidReference(text, reason)
  }
  if (text === '') fail('it is empty')
  if (/^[a-f0-9]{64}$/.test(text)) fail('it is an image ID')

  const at = text.indexOf('@')
  const digest = at < 0 ? undefined : text.slice(at + 1)
  const named = at < 0 ? text : text.slice(0, at)
  const colon = named.indexOf(':', named.lastIndexOf('/') + 1)
  const tag = colon < 0 ? undefined : named.slice(colon + 1)
  const { registry, repository } = splitRegistry(colon < 0 ? named : named.slice(0, colon))

  if (!registryPattern.test(registry)) fail(`\`${registry}\` is no registry host`)
  if (repository === '') fail('the repository is missing')
  if (/[A-Z]/.test(repository)) fail('the repository must be lower case')
  if (!repository.split('/').every((component) => componentPattern.test(component))) {
    fail(`\`${repository}\` is no repository`)
  }
  if (repository.length > MAX_REPOSITORY_LENGTH) {
    fail(`the repository is longer than ${MAX_REPOSITORY_LENGTH} characters`)
  }
  if (tag !== undefined && !tagPattern.test(tag)) {
    fail(tag.length > 128 ? 'the tag is longer than 128 characters' : `\`${tag}\` is no tag`)
  }
  if (digest !== undefined && !digestPattern.test(digest)) fail(`\`${digest}\` is no digest`)
  return {
    registry,
    repository,
    ...(tag === undefined ? {} : { tag }),
    ...(digest === undefined ? {} : { digest }),
  }
}

/** As `parseReference`, but undefined for what is no reference. */
export function tryParseReference(text: string): Reference | undefined {
  try {
    return parseReference(text)
  } catch (error) {
    if (error instanceof InvalidReference) return undefined
    throw error
  }
}

/** The fully qualified text: every engine and every node understands it alike. */
export function formatReference(reference: Reference): string {
  const { registry, repository, tag, digest } = reference
  return `${registry}/${repository}${tag === undefined ? '' : `:${tag}`}${digest === undefined ? '' : `@${digest}`}`
}

/** The shortest text that still means the same, for people: `postgres:16` for `docker.io/library/postgres:16`. */
export function familiarReference(reference: Reference): string {
  const full = formatReference(reference)
  if (reference.registry !== DEFAULT_REGISTRY) return full
  const withoutRegistry = full.slice(DEFAULT_REGISTRY.length + 1)
  const shortest = withoutRegistry.startsWith(OFFICIAL)
    ? withoutRegistry.slice(OFFICIAL.length)
    : withoutRegistry
  const reread = tryParseReference(shortest)
  return reread !== undefined && formatReference(reread) === full ? shortest : full
}

/** What engines assume when neither tag nor digest is given, said openly. */
export function withDefaultTag(reference: Reference): Reference {
  return reference.tag === undefined && reference.digest === undefined
    ? { ...reference, tag: 'latest' }
    : reference
}

/**
 * The name under which an image that is built here is known, whatever prefix a tool has put before it:
 * `shop/gateway` for `shop/gateway:dev`, `localhost/shop/gateway` and `docker.io/shop/gateway`.
 */
export function localRepository(reference: Reference): string {
  const { registry, repository } = reference
  if (registry === 'localhost') return repository
  if (registry !== DEFAULT_REGISTRY) return `${registry}/${repository}`
  return repository.startsWith(OFFICIAL) ? repository.slice(OFFICIAL.length) : repository
}

function splitRegistry(name: string): Pick<Reference, 'registry' | 'repository'> {
  const slash = name.indexOf('/')
  const first = slash < 0 ? '' : name.slice(0, slash)
  // Upper case cannot be a repository, so distribution takes it for a host name.
  const isRegistry = first === 'localhost' || /[.:A-Z]/.test(first)
  const registry = isRegistry && first !== 'index.docker.io' ? first : DEFAULT_REGISTRY
  const rest = isRegistry ? name.slice(slash + 1) : name
  const isOfficial = registry === DEFAULT_REGISTRY && rest !== '' && !rest.includes('/')
  return { registry, repository: isOfficial ? `${OFFICIAL}${rest}` : rest }
}
