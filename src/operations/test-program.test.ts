import { describe, expect, test } from 'vitest'
import { configOf, environmentOf } from '../../test/rig/sample-config.ts'
import { InvalidInput } from './operation-error.ts'
import { checkTestProgram } from './test-program.ts'

const config = configOf(`
project: shop
images: {}
services: { web: { apply: a.yaml } }
environments: { e2e: { services: [web], test: { run: [no-such-runner, --all] } } }`)
const environment = environmentOf(config, 'e2e')
const host = { env: { PATH: '/nowhere:/usr/bin:/bin' } }

function problemsOf(run: string | readonly string[], own?: readonly string[], env = new Map()): unknown {
  try {
    checkTestProgram({ run, env, timeoutMs: 1 }, { config, environment, host, ...(own && { run: own }) })
    return []
  } catch (error) {
    if (error instanceof InvalidInput) return error.diagnostics
    throw error
  }
}

describe('tests are refused before anything happens', () => {
  test('when the configuration names a program that is on no PATH, with its place', () => {
    const location = { file: '/repo/kindling.yaml', start: { line: 6 } }
    expect(problemsOf(['no-such-runner'])).toMatchObject([{ code: 'E_TESTS_MISSING', location }])
  })

  test('when the command line does', () => {
    const [problem] = problemsOf(['no-such-runner'], ['no-such-runner']) as object[]
    expect(problem).toMatchObject({ message: expect.stringContaining('no program `no-such-runner`') })
    expect(problem).not.toHaveProperty('location')
  })
})

test('what only the run can know is left to it: a path, a line for the shell, a PATH of the tests', () => {
  expect(problemsOf(['sh', '-c', 'true'])).toEqual([])
  expect(problemsOf(['./made-by-a-step'])).toEqual([])
  expect(problemsOf('no-such-runner --all')).toEqual([])
  expect(problemsOf(['no-such-runner'], undefined, new Map([['PATH', {}]]))).toEqual([])
})
