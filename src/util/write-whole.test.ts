import { mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { temporaryDirectory } from '../../test/rig/temp-directory.ts'
import { writeWhole } from './write-whole.ts'

test('a file is replaced by one of the mode that is wanted, and nothing is beside it', () => {
  const directory = temporaryDirectory()
  const file = join(directory, 'report.xml')
  for (const text of ['old', 'new']) writeWhole(file, text, 0o600)
  expect(readFileSync(file, 'utf8')).toBe('new')
  expect(statSync(file).mode & 0o777).toBe(0o600)
  expect(readdirSync(directory)).toEqual(['report.xml'])
})

test('what cannot be written leaves nothing half done', () => {
  const directory = temporaryDirectory()
  mkdirSync(join(directory, 'report.xml'))
  expect(() => writeWhole(join(directory, 'report.xml'), 'text', 0o600)).toThrow('report.xml')
  expect(readdirSync(directory)).toEqual(['report.xml'])
})
