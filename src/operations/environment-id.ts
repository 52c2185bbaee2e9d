import { createHash } from 'node:crypto'
import type { Config, Environment } from '../config/config.ts'

/** Hexadecimal digits that tell two checkouts of one project apart. */
const hashLength = 6

/**
 * The id of an environment on this host: readable, valid as a name everywhere, the same in every run from this
 * repository and different from that of any other checkout.
 */
export function environmentId(
  config: Pick<Config, 'root' | 'project'>,
  environment: Pick<Environment, 'name'>,
): string {
  const hash = createHash('sha256').update(`${config.root}\0${environment.name}`).digest('hex')
  return `${config.project}-${environment.name}-${hash.slice(0, hashLength)}`
}
