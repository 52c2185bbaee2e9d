import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { temporaryDirectory } from '../../test/rig/temp-directory.ts'
import { writePrivateFile } from './private-files.ts'
import { createRunDirectory, newRunId, projectDirectory, removeTemporary } from './run-directory.ts'

const modeOf = (path: string) => statSync(path).mode & 0o777

test('I22: the directories of a run are private, files in them as well', () => {
  const run = createRunDirectory(temporaryDirectory(), 'r1')
  for (const path of [run.path, run.logs, run.temporary]) expect(modeOf(path)).toBe(0o700)
  const file = join(run.path, 'deep', 'secret.json')
  writePrivateFile(file, 'old')
  writePrivateFile(file, 'new')
  expect(readFileSync(file, 'utf8')).toBe('new')
  expect([modeOf(file), modeOf(join(run.path, 'deep'))]).toEqual([0o600, 0o700])
})

test('git ignores what Kindling keeps, and an ignore file of the user stays', () => {
  const root = temporaryDirectory()
  const ignore = join(projectDirectory(root), '.gitignore')
  expect(readFileSync(ignore, 'utf8')).toBe('*\n')
  writeFileSync(ignore, 'mine\n')
  projectDirectory(root)
  expect(readFileSync(ignore, 'utf8')).toBe('mine\n')
})

test('temporary files go, the evidence stays', () => {
  const run = createRunDirectory(temporaryDirectory(), 'r1')
  writeFileSync(join(run.temporary, 'x'), '')
  writeFileSync(join(run.logs, 'build-a.log'), '')
  removeTemporary(run)
  removeTemporary(run)
  expect([existsSync(run.temporary), existsSync(join(run.logs, 'build-a.log'))]).toEqual([false, true])
})

test('E6: ids sort by time and do not repeat', () => {
  expect(newRunId(Date.UTC(2026, 10, 21, 9, 30, 15))).toMatch(/^20261121-093015-[0-9a-f]{6}$/)
  const second = fc.integer({ min: 0, max: 4_000_000_000 })
  fc.assert(
    fc.property(second, second, (a, b) => {
      if (a !== b) expect(newRunId(a * 1000) < newRunId(b * 1000)).toBe(a < b)
    }),
  )
})
