import { statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { temporaryDirectory } from '../../test/rig/temp-directory.ts'
import { CoverageRecordFile } from './coverage-record.ts'

test('what is measured is known to whoever takes the environment down, until it was collected', () => {
  const path = join(temporaryDirectory(), 'coverage.json')
  const record = { directory: '/run/coverage', root: '/repo', images: {} }
  new CoverageRecordFile(path).write(record)
  expect(new CoverageRecordFile(path).read()).toEqual(record)
  expect(statSync(path).mode & 0o777).toBe(0o600)
  new CoverageRecordFile(path).remove()
  expect(new CoverageRecordFile(path).read()).toBeUndefined()
})

test('a record that is torn is none', () => {
  const path = join(temporaryDirectory(), 'coverage.json')
  writeFileSync(path, '{"directory": "/ru')
  expect(new CoverageRecordFile(path).read()).toBeUndefined()
})
