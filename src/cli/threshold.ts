import { InvalidArgumentError } from 'commander'

/** Reads `20%`, or `20`, as 0.2. */
export function parseThreshold(text: string): number {
  const [, digits] = /^(\d+(?:\.\d+)?)\s*%?$/.exec(text.trim()) ?? []
  const percent = Number(digits)
  if (digits !== undefined && percent > 0 && percent <= 1_000) return percent / 100
  throw new InvalidArgumentError('It must be a percentage above 0, for example 20%.')
}
