import { expect, test } from 'vitest'
import { commandLine, environmentOf, keepOf } from './options.ts'

test('options become flags of `kindling up --hold`', () => {
  const options = {
    environment: 'storage',
    file: 'e2e/kindling.yaml',
    keep: 'on-failure',
    nodeImage: 'n:1',
  } as const
  expect(commandLine(options, {})).toEqual(
    'up storage --hold --output json --file e2e/kindling.yaml --keep on-failure --node-image n:1'.split(' '),
  )
  expect(commandLine({}, {})).toEqual(['up', '--hold', '--output', 'json'])
})

test('E5: a variable takes the place of an option, and the command line reads it: one parser for both', () => {
  const options = { environment: 'storage', keep: 'never', nodeImage: 'n:1' } as const
  const env = { KINDLING_ENVIRONMENT: 'alerts', KINDLING_KEEP: 'always', KINDLING_NODE_IMAGE: 'n:2' }
  expect(commandLine(options, env)).toEqual(['up', 'alerts', '--hold', '--output', 'json'])
  expect(environmentOf(options, env)).toBe('alerts')
  expect(keepOf(options, env)).toBe('always')
})
