import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { ownVariables, putVariables } from './variables.ts'

beforeEach(() => {
  vi.stubEnv('KINDLING_RUN', 'outer')
  vi.stubEnv('KINDLING_ENVIRONMENT', undefined)
})

afterEach(() => {
  vi.unstubAllEnvs()
})

const seen = () => [process.env.KINDLING_RUN, process.env.KINDLING_ENVIRONMENT]

test('variables of an environment are there for workers until they are taken back', () => {
  const takeBack = putVariables({ KINDLING_RUN: 'r1', KINDLING_ENVIRONMENT: 'a' })
  expect(seen()).toEqual(['r1', 'a'])
  expect(ownVariables()).toMatchObject({ KINDLING_RUN: 'outer', KINDLING_ENVIRONMENT: undefined })
  takeBack()
  expect(seen()).toEqual(['outer', undefined])
  expect('KINDLING_ENVIRONMENT' in process.env).toBe(false)
})

test.each(['first', 'last'])('of two environments nothing is left, whichever goes %s', (order) => {
  const takeBack = [{ KINDLING_RUN: 'r1' }, { KINDLING_RUN: 'r2', KINDLING_ENVIRONMENT: 'b' }].map(
    putVariables,
  )
  expect(seen()).toEqual(['r2', 'b'])
  for (const one of order === 'first' ? takeBack : takeBack.toReversed()) one()
  expect(seen()).toEqual(['outer', undefined])
  expect(ownVariables().KINDLING_RUN).toBe('outer')
})
