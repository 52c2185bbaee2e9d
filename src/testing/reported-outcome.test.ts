import { afterEach, describe, expect, test, vi } from 'vitest'
import JestReporter from './jest-reporter.ts'
import PlaywrightReporter from './playwright-reporter.ts'
import { reportedOutcome } from './reported-outcome.ts'

const outcome = () => reportedOutcome({ keep: 'on-failure' }, 'kindling/jest/reporter')

afterEach(() => {
  vi.restoreAllMocks()
})

describe('what came of the tests is known', () => {
  test('from Jest, also where a file of tests could not be loaded', () => {
    const jest = new JestReporter()
    jest.onRunComplete(new Set(), { numFailedTests: 0, numFailedTestSuites: 0 })
    expect(outcome()).toBe('passed')
    jest.onRunComplete(new Set(), { numFailedTests: 0, numFailedTestSuites: 1 })
    expect(outcome()).toBe('failed')
  })

  test('from Playwright: one failure is enough, whatever passes after it', () => {
    const playwright = new PlaywrightReporter()
    playwright.onTestEnd({ ok: () => true })
    expect(outcome()).toBe('passed')
    playwright.onTestEnd({ ok: () => false })
    playwright.onTestEnd({ ok: () => true })
    expect(outcome()).toBe('failed')
    playwright.onError()
    expect(outcome()).toBe('failed')
  })
})

test('without a reporter an environment that stays on failure stays, and why is told', () => {
  const write = vi.spyOn(process.stderr, 'write').mockReturnValue(true)
  expect(outcome()).toBe('failed')
  expect(write).toHaveBeenCalledWith(expect.stringContaining('without the reporter `kindling/jest/reporter`'))
  expect(reportedOutcome({ keep: 'never' }, 'x')).toBe('passed')
  expect(write).toHaveBeenCalledTimes(1)
})
