import { statSync } from 'node:fs'
import { InvalidArgumentError } from 'commander'
import { durationPattern, parseDuration, parseSize, sizePattern } from '../config/units.ts'
import { platformPattern } from '../util/platform.ts'

/** A file to write, which may not be a directory. */
export function parseFile(path: string): string {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) {
    throw new InvalidArgumentError('It is a directory; name a file in it.')
  }
  return path
}

/** Milliseconds of a duration. */
export function parseKeepFor(text: string): number {
  if (durationPattern.test(text)) return parseDuration(text)
  throw new InvalidArgumentError('It must be a whole number, at least 1, and a unit: 90s, 30m or 2h.')
}

/** A whole number from 1 on. */
export function parseCount(text: string): number {
  const count = Number(text)
  if (!Number.isInteger(count) || count < 1)
    throw new InvalidArgumentError('It must be a whole number, at least 1.')
  return count
}

/** For several of a few names, with commas between them. */
export function parseSeveral<T extends string>(choices: readonly T[]): (text: string) => T[] {
  return (text) => {
    const names = [...new Set(text.split(',').map((name) => name.trim()))]
    const known = names.flatMap((name) => choices.find((choice) => choice === name) ?? [])
    if (known.length === names.length) return known
    throw new InvalidArgumentError(`Allowed choices are ${choices.join(', ')}, with commas between them.`)
  }
}

/** Platforms, several with commas between them or one by one. */
export function parsePlatforms(text: string, before: readonly string[] = []): string[] {
  const platforms = text.split(',').map((platform) => platform.trim())
  const wrong = platforms.find((platform) => !platformPattern.test(platform))
  if (wrong === undefined) return [...before, ...platforms]
  throw new InvalidArgumentError(`\`${wrong}\` is not a platform; one would be linux/arm64.`)
}

/** A tag of an image. */
export function parseTag(text: string): string {
  if (/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/.test(text)) return text
  throw new InvalidArgumentError(
    'A tag has up to 128 letters, digits, `_`, `.` and `-`, and starts with none of the last two.',
  )
}

const dayMs = 24 * 60 * 60_000

/** Milliseconds of an age, which may be in days. */
export function parseAge(text: string): number {
  if (/^[1-9]\d*d$/.test(text)) return Number.parseInt(text, 10) * dayMs
  if (durationPattern.test(text)) return parseDuration(text)
  throw new InvalidArgumentError('It must be a whole number, at least 1, and a unit: 30m, 12h or 7d.')
}

/** Bytes of a size. */
export function parseBytes(text: string): number {
  if (sizePattern.test(text)) return parseSize(text)
  throw new InvalidArgumentError('It must be a number and a unit: 500MiB or 10GiB.')
}
