import { ofProcess } from './of-process.ts'
import type { SetupOptions } from './options.ts'
import { reportedOutcome } from './reported-outcome.ts'
import { setUp } from './set-up.ts'

export type { HandOver } from '../operations/hand-over/hand-over.ts'
export { readHandOver } from './hand-over.ts'
export type { SetupOptions } from './options.ts'

/** What Jest's global teardown, a module of its own, has to do. */
const tearDowns = ofProcess('kindling.jest', (): (() => Promise<void>)[] => [])

/**
 * A global setup for Jest that brings an environment up before all tests; `kindling/jest/teardown` takes it down after
 * them. Tests find it in their environment variables.
 */
export function kindlingSetup(options: SetupOptions = {}): () => Promise<void> {
  return async () => {
    const { tearDown } = await setUp(options)
    tearDowns.push(() => tearDown(reportedOutcome(options, 'kindling/jest/reporter')))
  }
}

/** Takes down what the setups of this run have brought up. */
export async function kindlingTeardown(): Promise<void> {
  await Promise.all(tearDowns.splice(0).map((tearDown) => tearDown()))
}

/** `globalSetup: 'kindling/jest'`, where the options are those of the configuration and of variables. */
export default kindlingSetup()
