import { createHash } from 'node:crypto'
import type { Config, Environment } from '../config/config.ts'

/** Hexadecimal digits that tell two checkouts of one project apart. */
const hashLength = 6

/** The id of a checkout on this host: whose the images are, which its environments and builds share. */
export function projectId(config: Pick<Config, 'root' | 'project'>): string {
  return `${config.project}-${shortHash(config.root)}`
}

/**
 * The id of an environment on this host: readable, valid as a name everywhere, the same in every run from this
 * repository and different from that of any other checkout.
 */
export function environmentId(
  config: Pick<Config, 'root' | 'project'>,
  environment: Pick<Environment, 'name'>,
): string {
  return `${config.project}-${environment.name}-${shortHash(`${config.root}\0${environment.name}`)}`
}

function shortHash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, hashLength)
}
