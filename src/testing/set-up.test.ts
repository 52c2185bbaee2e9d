import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { temporaryDirectory } from '../../test/rig/temp-directory.ts'
import { readHandOver } from './hand-over.ts'
import { setUp } from './set-up.ts'
import { SetupError } from './setup-error.ts'

let directory: string

beforeEach(() => {
  directory = temporaryDirectory()
})

afterEach(() => {
  vi.unstubAllEnvs()
})

function givenEnvironment(environment: string): string {
  const file = join(directory, 'env.json')
  writeFileSync(file, JSON.stringify({ version: 1, environment, variables: { KINDLING_RUN: 'r1' } }))
  vi.stubEnv('KINDLING_ENV_FILE', file)
  return file
}

test('tests that run for an environment already get that one, and leave it alone', async () => {
  const file = givenEnvironment('e2e')
  const { handOver, tearDown } = await setUp({ environment: 'e2e' })
  expect(handOver).toMatchObject({ environment: 'e2e' })
  await tearDown('failed')
  expect(process.env.KINDLING_ENV_FILE).toBe(file)
  expect(readHandOver()).toEqual(handOver)
})

test('the error of a setup has no stack that runners could print', () => {
  expect(new SetupError('it is not up').stack).toBe('it is not up')
})

test('a test that has no environment says what is missing', () => {
  expect(() => readHandOver(undefined)).toThrow('is the global setup configured?')
})
