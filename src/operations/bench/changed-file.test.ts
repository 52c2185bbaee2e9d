import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { temporaryDirectory } from '../../../test/rig/temp-directory.ts'
import { withChangedFile } from './changed-file.ts'

test('a file is another while something runs, and then as it was, with its time', async () => {
  const file = join(temporaryDirectory(), 'main.js')
  writeFileSync(file, 'before')
  const { mtimeMs } = statSync(file)
  expect(await withChangedFile(file, async () => readFileSync(file, 'utf8'))).toBe('before\n')
  const failing = withChangedFile(file, () => Promise.reject(new Error('no')))
  await expect(failing).rejects.toThrow('no')
  expect(readFileSync(file, 'utf8')).toBe('before')
  expect(Math.round(statSync(file).mtimeMs)).toBe(Math.round(mtimeMs))
})
