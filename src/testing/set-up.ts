import { existsSync } from 'node:fs'
import type { HandOver } from '../operations/hand-over/hand-over.ts'
import { handOverVariable, readHandOver } from './hand-over.ts'
import { type HeldEnvironment, holdEnvironment, type TestsOutcome } from './hold-environment.ts'
import { ofProcess } from './of-process.ts'
import { environmentOf, type SetupOptions } from './options.ts'
import { ownVariables, putVariables } from './variables.ts'

/** The part of an environment that one global setup has. */
export interface SetUp {
  readonly handOver: HandOver
  /** To be called once. The environment goes with the last one that uses it. */
  tearDown(outcome: TestsOutcome): Promise<void>
}

interface Shared {
  users: number
  outcome: TestsOutcome
  readonly environment: Promise<HeldEnvironment>
}

/** Of this process: runners may load this file more than once. */
const shared = ofProcess('kindling.environments', () => new Map<string, Shared>())

/**
 * One environment for all workers of this process, and for all of its setups that want the same. Its variables are put
 * into `process.env`, which workers inherit. Under `kindling test`, or in a shell that has read the `.env` file of an
 * environment that is up, it is that one, and stays. Rejects with a `SetupError`.
 */
export async function setUp(options: SetupOptions): Promise<SetUp> {
  const key = JSON.stringify(options)
  const entry = shared.get(key) ?? { users: 0, outcome: 'passed', environment: begin(options) }
  shared.set(key, entry)
  entry.users++
  const environment = await entry.environment.catch((error: unknown) => {
    shared.delete(key)
    throw error
  })
  return {
    handOver: environment.handOver,
    tearDown: async (outcome) => {
      if (outcome === 'failed') entry.outcome = outcome
      entry.users--
      if (entry.users > 0) return
      shared.delete(key)
      await environment.release(entry.outcome)
    },
  }
}

async function begin(options: SetupOptions): Promise<HeldEnvironment> {
  const given = givenEnvironment(options)
  if (given !== undefined) return { handOver: given, release: async () => {} }
  const held = await holdEnvironment(options)
  const restore = putVariables(held.handOver.variables)
  return {
    handOver: held.handOver,
    release: (outcome) => {
      restore()
      return held.release(outcome)
    },
  }
}

/** The environment that this process was started for, if it is the one that is wanted. */
function givenEnvironment(options: SetupOptions): HandOver | undefined {
  const file = process.env[handOverVariable]
  // One that was taken down since its variables were read is none.
  if (file === undefined || !existsSync(file)) return undefined
  const given = readHandOver(file)
  // What another setup of this process has put there wants that one, not this one.
  const wanted = environmentOf(options, ownVariables()) ?? given.environment
  return wanted === given.environment ? given : undefined
}
