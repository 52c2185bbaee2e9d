import { appendFileSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { temporaryDirectory } from '../../../test/rig/temp-directory.ts'
import { endOfFile } from './end-of-file.ts'

test('the last lines of a file are told, and of none nothing', () => {
  const file = join(temporaryDirectory(), 'build.log')
  expect(endOfFile(file, 2)).toBe('')
  writeFileSync(file, '')
  expect(endOfFile(file, 2)).toBe('')
  writeFileSync(file, 'one\ntwo\nthree\n\n')
  expect(endOfFile(file, 2)).toBe('two\nthree')
  expect(endOfFile(file, 5)).toBe('one\ntwo\nthree')
})

test('E4: tests that have printed more than a text can hold still have their last lines told', () => {
  const file = join(temporaryDirectory(), 'test-e2e.log')
  writeFileSync(file, '')
  truncateSync(file, 2 ** 30)
  appendFileSync(file, '\nexpected 1\ngot 2\n')
  expect(endOfFile(file, 2)).toBe('expected 1\ngot 2')
})
