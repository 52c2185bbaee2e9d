import { readFileSync } from 'node:fs'
import type { HandOver } from '../operations/hand-over/hand-over.ts'
import { SetupError } from './setup-error.ts'

/** The variable that names the `env.json` of the environment that the tests are for. */
export const handOverVariable = 'KINDLING_ENV_FILE'

/** What the environment hands over: in every worker, for setups that were told nothing and for `kindling test` alike. */
export function readHandOver(file: string | undefined = process.env[handOverVariable]): HandOver {
  if (file === undefined) {
    throw new SetupError(
      `there is no environment: ${handOverVariable} is not set; is the global setup configured?`,
    )
  }
  return JSON.parse(readFileSync(file, 'utf8')) as HandOver
}
