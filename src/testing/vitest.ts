import type {} from 'vitest'
import type { TestProject } from 'vitest/node'
import type { HandOver } from '../operations/hand-over/hand-over.ts'
import type { SetupOptions } from './options.ts'
import { setUp } from './set-up.ts'

export type { HandOver } from '../operations/hand-over/hand-over.ts'
export { readHandOver } from './hand-over.ts'
export type { SetupOptions } from './options.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    /** What the environment of the tests hands over. */
    kindling: HandOver
  }
}

/**
 * A global setup for Vitest that brings an environment up before all tests and takes it down after them. Tests find it
 * in their environment variables and by `inject('kindling')`.
 */
export function kindlingSetup(
  options: SetupOptions = {},
): (project: TestProject) => Promise<() => Promise<void>> {
  return async (project) => {
    const { handOver, tearDown } = await setUp(options)
    project.provide('kindling', handOver)
    return () => tearDown(haveTestsFailed(project) ? 'failed' : 'passed')
  }
}

function haveTestsFailed({ vitest: { state } }: TestProject): boolean {
  return state.getUnhandledErrors().length > 0 || state.getTestModules().some((module) => !module.ok())
}

/** `globalSetup: 'kindling/vitest'`, where the options are those of the configuration and of variables. */
export default kindlingSetup()
