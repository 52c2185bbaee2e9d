import { tellOutcome } from './reported-outcome.ts'

/** The part of what Jest tells its reporters that is looked at. */
export interface JestResults {
  readonly numFailedTests: number
  /** With those that could not be loaded. */
  readonly numFailedTestSuites: number
}

/** A reporter for Jest that prints nothing: by it `keep: 'on-failure'` knows what came of the tests. */
export default class KindlingReporter {
  onRunComplete(_contexts: unknown, { numFailedTests, numFailedTestSuites }: JestResults): void {
    tellOutcome(numFailedTests + numFailedTestSuites > 0 ? 'failed' : 'passed')
  }
}
