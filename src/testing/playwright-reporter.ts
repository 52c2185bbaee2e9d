import { tellOutcome } from './reported-outcome.ts'

/** The part of a test of Playwright that is looked at. */
export interface PlaywrightTest {
  /** Whether it did what it should, in the end. */
  ok(): boolean
}

/** A reporter for Playwright Test that prints nothing: by it `keep: 'on-failure'` knows what came of the tests. */
export default class KindlingReporter {
  onTestEnd(test: PlaywrightTest): void {
    tellOutcome(test.ok() ? 'passed' : 'failed')
  }

  /** What went wrong outside of tests, such as a file that cannot be loaded. */
  onError(): void {
    tellOutcome('failed')
  }

  printsToStdio(): boolean {
    return false
  }
}
