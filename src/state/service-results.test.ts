import { statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { temporaryDirectory } from '../../test/rig/temp-directory.ts'
import { ServiceResults } from './service-results.ts'

test('what a service has given is known to the next process, and readable by its owner only', () => {
  const file = join(temporaryDirectory(), 'environments', 'e', 'results.json')
  new ServiceResults(file).keep('seed', 'a', { token: 's3cret' })
  expect(new ServiceResults(file).find('seed', 'a')).toEqual({ token: 's3cret' })
  expect(statSync(file).mode & 0o777).toBe(0o600)
})

test('it is not that of a service made from something else, nor of one that was forgotten', () => {
  const file = join(temporaryDirectory(), 'results.json')
  const results = new ServiceResults(file)
  for (const name of ['seed', 'schema', 'other']) results.keep(name, 'a', {})
  expect(results.find('seed', 'b')).toBeUndefined()
  results.forget(['schema', 'unknown'])
  const again = new ServiceResults(file)
  expect(['seed', 'schema', 'other'].map((name) => again.find(name, 'a'))).toEqual([{}, undefined, {}])
  again.forget()
  expect(new ServiceResults(file).find('other', 'a')).toBeUndefined()
})

test('a file that is torn says nothing', () => {
  const file = join(temporaryDirectory(), 'results.json')
  writeFileSync(file, '{"seed": {')
  expect(new ServiceResults(file).find('seed', 'a')).toBeUndefined()
})
