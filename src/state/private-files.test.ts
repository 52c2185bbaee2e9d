import { readdirSync } from 'node:fs'
import { expect, test } from 'vitest'
import { temporaryDirectory } from '../../test/rig/temp-directory.ts'
import { temporaryNameFor, writerOf } from '../util/write-whole.ts'
import { removeHalfWritten } from './private-files.ts'

/** Above any that a system gives out. */
const nobody = 2 ** 30

test('what a killed process has half written goes, and nothing else', () => {
  const living = temporaryNameFor('history.json')
  const dead = living.replace(`${process.pid}`, `${nobody}`)
  expect([writerOf(living), writerOf(dead), writerOf('history.json')]).toEqual([
    process.pid,
    nobody,
    undefined,
  ])
  const directory = temporaryDirectory({
    ...{ 'history.json': '{}', [living]: '', [dead]: '' },
    ...{ [`volumes/${dead}`]: '', 'somebody.tmp': '' },
  })
  removeHalfWritten(directory)
  expect(readdirSync(directory, { recursive: true }).sort()).toEqual(
    ['history.json', living, 'somebody.tmp', 'volumes', `volumes/${dead}`].sort(),
  )
})
