import { InvalidArgumentError } from 'commander'
import { parseSize, sizePattern } from '../config/units.ts'
import type { Supposition } from '../operations/forecast.ts'

/** More would take minutes to work out, and tell nothing new. */
const mostServices = 1_000

const forms = 'Write for example cpus=16,memory=64GiB,services=200.'

/** Reads `cpus=16,memory=64GiB,services=200`, each of them at most once. */
export function parseSupposition(text: string): Supposition {
  const given = new Map<string, string>()
  for (const part of text.split(',')) {
    const [key = '', value, ...rest] = part.trim().split('=')
    if (value === undefined || rest.length > 0)
      throw new InvalidArgumentError(`\`${part}\` has no value. ${forms}`)
    if (given.has(key)) throw new InvalidArgumentError(`\`${key}\` is there twice.`)
    given.set(key, value)
  }
  const unknown = [...given.keys()].find((key) => !['cpus', 'memory', 'services'].includes(key))
  if (unknown !== undefined) throw new InvalidArgumentError(`\`${unknown}\` cannot be simulated. ${forms}`)
  const [cpus, memory, services] = [given.get('cpus'), given.get('memory'), given.get('services')]
  return {
    ...(cpus === undefined ? {} : { cpus: wholeNumber('cpus', cpus, 1_024) }),
    ...(memory === undefined ? {} : { memoryBytes: size(memory) }),
    ...(services === undefined ? {} : { services: wholeNumber('services', services, mostServices) }),
  }
}

function wholeNumber(key: string, text: string, most: number): number {
  const value = /^\d+$/.test(text) ? Number(text) : 0
  if (value >= 1 && value <= most) return value
  throw new InvalidArgumentError(`\`${key}=${text}\` must be a whole number from 1 to ${most}.`)
}

function size(text: string): number {
  // Less than this would leave no slot to anything.
  if (sizePattern.test(text) && parseSize(text) >= 2 ** 28) return parseSize(text)
  throw new InvalidArgumentError(`\`memory=${text}\` must be a size of at least 256MiB, for example 64GiB.`)
}
