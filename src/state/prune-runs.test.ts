import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { temporaryDirectory } from '../../test/rig/temp-directory.ts'
import { pruneRuns, runsKept } from './prune-runs.ts'
import { createRunDirectory, removeTemporary } from './run-directory.ts'

const idOf = (second: number) => `20260101-0000${`${second}`.padStart(2, '0')}-abcdef`

test('M4: the oldest runs go, what Kindling did not name stays', () => {
  const runs = temporaryDirectory()
  for (const second of [3, 1, 4, 2]) {
    mkdirSync(join(runs, idOf(second)))
    writeFileSync(join(runs, idOf(second), 'events.ndjson'), '')
  }
  mkdirSync(join(runs, '00-mine'))
  pruneRuns(runs, 2)
  expect(readdirSync(runs).sort()).toEqual(['00-mine', idOf(3), idOf(4)])
  pruneRuns(runs, 2)
  expect(readdirSync(runs)).toHaveLength(3)
})

test('a run that is going on stays, however old it is', () => {
  const runs = temporaryDirectory()
  for (const second of [1, 2, 3]) mkdirSync(join(runs, idOf(second), 'tmp'), { recursive: true })
  rmSync(join(runs, idOf(2), 'tmp'), { recursive: true })
  pruneRuns(runs, 1)
  expect(readdirSync(runs)).toEqual([idOf(1), idOf(3)])
})

test('M4: a new run makes room for itself', () => {
  const root = temporaryDirectory()
  const ids = Array.from(
    { length: runsKept + 1 },
    (_, index) => `20260101-000000-${`${index}`.padStart(6, '0')}`,
  )
  for (const id of ids) removeTemporary(createRunDirectory(root, id))
  expect(readdirSync(join(root, '.kindling', 'runs')).sort()).toEqual(ids.slice(1))
})
