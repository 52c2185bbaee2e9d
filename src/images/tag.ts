import { randomBytes } from 'node:crypto'

/** Longest tag the OCI distribution specification allows. */
const longestTag = 128
/** Longest part that tells whose the image is. */
const longestOwner = 32

export interface TagParts {
  readonly service: string
  readonly user: string
  /** First seven digits of the commit, or nothing outside a repository. */
  readonly commit?: string
  readonly isDirty?: boolean
  /** Wall clock, milliseconds since the epoch. */
  readonly epochMs: number
  /** Overrides the random suffix; for all images of a run to share one. */
  readonly suffix?: string
}

let nextSuffix = randomBytes(4).readUInt32BE()

/**
 * Part of a tag that is unique to a run: eight hexadecimal digits, since clocks repeat (I20). They are counted from a
 * start that a CSPRNG gave this process: draws of 32 bits would meet one another after some ten thousand already.
 */
export function newTagSuffix(): string {
  const suffix = nextSuffix.toString(16).padStart(8, '0')
  nextSuffix = (nextSuffix + 1) % 2 ** 32
  return suffix
}

/**
 * A tag that no other build gets: `{service}-{user}-{git7}[-dirty]-{unix}-{suffix}`. Parts are reduced to what a tag
 * may hold; when the whole is too long, the service and then the user are cut, never what makes it unique.
 */
export function uniqueTag(parts: TagParts): string {
  const { commit, isDirty = false, epochMs, suffix = newTagSuffix() } = parts
  const end = [
    commit === undefined ? 'nogit' : commit.slice(0, 7),
    ...(isDirty ? ['dirty'] : []),
    Math.floor(epochMs / 1000),
    suffix,
  ]
  return join(parts.service, sanitize(parts.user) || 'unknown', end.join('-'))
}

export interface InfraTagParts {
  /** The third-party program, for example `postgres`. */
  readonly service: string
  /** The suite or service that uses it. */
  readonly consumer: string
}

/**
 * A tag for an image of infrastructure that no other run gets: `{service}-{consumer}-{8 hex}`. Parts are reduced and
 * cut as those of `uniqueTag`.
 */
export function infraTag({ service, consumer }: InfraTagParts): string {
  return join(service, sanitize(consumer) || 'unknown', newTagSuffix())
}

function join(service: string, owner: string, end: string): string {
  const rest = `-${owner.slice(0, longestOwner)}-${end}`
  return `${sanitize(service).slice(0, longestTag - rest.length) || 'image'}${rest}`
}

/** The tag of an image's part for one platform: `{tag}-linux-arm64`. What makes a tag unique is at its end, and stays. */
export function platformTag(tag: string, platform: string): string {
  const end = `-${sanitize(platform)}`
  return `${sanitize(tag.slice(-(longestTag - end.length)))}${end}`
}

/** Letters, digits, `_`, `.` and `-`, not starting with `.` or `-`: what a tag may hold. */
function sanitize(text: string): string {
  return text.replaceAll(/[^A-Za-z0-9_.-]+/g, '-').replace(/^[.-]+/, '')
}
