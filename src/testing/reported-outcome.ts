import type { TestsOutcome } from './hold-environment.ts'
import { ofProcess } from './of-process.ts'
import { keepOf, type SetupOptions } from './options.ts'

/** What a reporter has told of the tests of this run; a global teardown is not told by its runner. */
const told = ofProcess('kindling.outcome', (): { outcome?: TestsOutcome } => ({}))

/** For reporters: `passed` until one test has failed. */
export function tellOutcome(outcome: TestsOutcome): void {
  if (told.outcome !== 'failed') told.outcome = outcome
}

/** What came of the tests. Where it decides over the environment and nothing is known of it, that is told, and stays. */
export function reportedOutcome(options: SetupOptions, reporter: string): TestsOutcome {
  const { outcome } = told
  delete told.outcome
  if (outcome !== undefined) return outcome
  if (keepOf(options, process.env) !== 'on-failure') return 'passed'
  process.stderr.write(
    `kindling: whether tests have failed is not known without the reporter \`${reporter}\`\n`,
  )
  return 'failed'
}
