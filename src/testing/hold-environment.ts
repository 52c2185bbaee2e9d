import { fileURLToPath } from 'node:url'
import { startCompanion } from '../exec/companion.ts'
import type { HandOver } from '../operations/hand-over/hand-over.ts'
import type { ResultObject } from '../operations/hand-over/result-object.ts'
import { readHandOver } from './hand-over.ts'
import { commandLine, type SetupOptions } from './options.ts'
import { SetupError } from './setup-error.ts'
import { ownVariables } from './variables.ts'

export type TestsOutcome = 'passed' | 'failed'

/** An environment for the tests of this process. */
export interface HeldEnvironment {
  readonly handOver: HandOver
  /** Lets go of it: it is taken down, unless it is to stay. */
  release(outcome: TestsOutcome): Promise<void>
}

const bin = fileURLToPath(new URL('../../bin/kindling.js', import.meta.url))

/**
 * Brings an environment up by a process of its own, which takes it down as soon as this one lets go or is gone. Its
 * progress is on standard error. Rejects with a `SetupError`.
 */
export async function holdEnvironment(options: SetupOptions): Promise<HeldEnvironment> {
  const env = ownVariables()
  const args = [bin, ...commandLine(options, env)]
  const companion = startCompanion({ program: process.execPath, args, env })
  const line = await companion.firstLine
  const result = line === undefined ? undefined : (JSON.parse(line) as Partial<ResultObject>)
  if (result?.files === undefined) {
    const { exitCode, signal } = await companion.release()
    throw new SetupError(refusal(result, signal ?? `exit code ${exitCode}`))
  }
  return {
    handOver: readHandOver(result.files.json),
    release: async (outcome) => {
      const { exitCode } = await companion.release(outcome)
      // The environment is nobody's problem but its own: what came of the tests stands.
      if (exitCode !== 0) process.stderr.write('kindling: it was not taken down; `kindling gc` does that\n')
    },
  }
}

/** All of it stands on standard error already, but some runners clear the screen or show their own errors only. */
function refusal(result: Partial<ResultObject> | undefined, end: string): string {
  // Without a run, there is no environment of which anything could be said.
  if (result?.failures === undefined) return `kindling up ended with ${end}; what it said is above`
  const { environment, failures, runDirectory } = result
  return [
    `the environment \`${environment}\` did not come up (kindling up ended with ${end})`,
    ...failures.flatMap(({ task, message, hint }) => [
      `  ${task}: ${message}`,
      ...(hint === undefined ? [] : [`    hint: ${hint}`]),
    ]),
    `  logs: ${runDirectory}`,
  ].join('\n')
}
