import type { SetupOptions } from './options.ts'
import { reportedOutcome } from './reported-outcome.ts'
import { setUp } from './set-up.ts'

export type { HandOver } from '../operations/hand-over/hand-over.ts'
export { readHandOver } from './hand-over.ts'
export type { SetupOptions } from './options.ts'

/**
 * A global setup for Playwright Test that brings an environment up before all tests and takes it down after them. Tests
 * find it in their environment variables.
 */
export function kindlingSetup(options: SetupOptions = {}): () => Promise<() => Promise<void>> {
  return async () => {
    const { tearDown } = await setUp(options)
    return () => tearDown(reportedOutcome(options, 'kindling/playwright/reporter'))
  }
}

/** `globalSetup: 'kindling/playwright'`, where the options are those of the configuration and of variables. */
export default kindlingSetup()
