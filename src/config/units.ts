const durationUnits = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 } as const
const sizeUnits = { B: 1, KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30 } as const

/** What `parseDuration` reads: a whole number above zero and one unit, for example `500ms` or `10m`. */
export const durationPattern: RegExp = /^([1-9]\d*)(ms|s|m|h)$/

/** What `parseSize` reads: a number above zero and a binary unit, for example `512MiB` or `1.5GiB`. */
export const sizePattern: RegExp = /^(\d*[1-9]\d*(?:\.\d+)?|0\.\d*[1-9]\d*)(B|KiB|MiB|GiB)$/

/** Milliseconds; throws on what `durationPattern` does not match. */
export function parseDuration(text: string): number {
  return parseQuantity(text, durationPattern, durationUnits)
}

/** Bytes, rounded; throws on what `sizePattern` does not match. */
export function parseSize(text: string): number {
  return Math.round(parseQuantity(text, sizePattern, sizeUnits))
}

function parseQuantity(text: string, pattern: RegExp, units: Readonly<Record<string, number>>): number {
  const [, amount, unit = ''] = pattern.exec(text) ?? []
  const factor = units[unit]
  if (amount === undefined || factor === undefined) throw new Error(`Internal error: no quantity: ${text}`)
  return Number(amount) * factor
}
