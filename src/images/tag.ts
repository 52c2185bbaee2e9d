import { randomBytes } from 'node:crypto'

/** Longest tag the OCI distribution specification allows. */
const longestTag = 128
/** Digits of the run's suffix: 32 bits from a CSPRNG, since clocks repeat (I20). */
const suffixBytes = 4

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

/** Part of a tag that is unique to a run: eight hexadecimal digits. */
export function newTagSuffix(): string {
  return randomBytes(suffixBytes).toString('hex')
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
  ].join('-')
  const user = sanitize(parts.user).slice(0, 32) || 'unknown'
  const room = longestTag - end.length - user.length - 2
  const service = sanitize(parts.service).slice(0, room) || 'image'
  return `${service}-${user}-${end}`
}

/** Letters, digits, `_`, `.` and `-`, not starting with `.` or `-`: what a tag may hold. */
function sanitize(text: string): string {
  return text.replaceAll(/[^A-Za-z0-9_.-]+/g, '-').replace(/^[.-]+/, '')
}
