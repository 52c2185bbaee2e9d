import { InvalidArgumentError } from 'commander'
import { durationPattern, parseDuration } from '../config/units.ts'

/** A time in the past, RFC 3339, given as that or as how long ago it is. Throws for what is neither. */
export function parseSince(text: string, _previous?: unknown, nowMs: number = Date.now()): string {
  if (durationPattern.test(text)) return new Date(nowMs - parseDuration(text)).toISOString()
  if (/^\d{4}-\d{2}-\d{2}T/.test(text) && !Number.isNaN(Date.parse(text))) return new Date(text).toISOString()
  throw new InvalidArgumentError(
    'It must be a duration such as 30s, 10m or 1h, or a time such as 2026-01-31T08:00:00Z.',
  )
}
