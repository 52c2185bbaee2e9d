import { appendFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { temporaryDirectory } from '../../test/rig/temp-directory.ts'
import { Journal } from './journal.ts'

const started = (pid: number) =>
  ({ kind: 'process', process: { pid, startTime: `${pid}0` }, program: 'podman' }) as const
const ended = (pid: number) => ({ kind: 'process-ended', process: { pid, startTime: `${pid}0` } }) as const

test('a process is open from its start until its end', () => {
  const directory = temporaryDirectory()
  const pids = fc.uniqueArray(fc.integer({ min: 1, max: 50 }))
  let round = 0
  fc.assert(
    fc.property(pids, fc.func(fc.boolean()), (all, hasEnded) => {
      const journal = new Journal(join(directory, `${round++}`))
      for (const pid of all) journal.append(started(pid))
      for (const pid of all) if (hasEnded(pid)) journal.append(ended(pid))
      expect(journal.openProcesses().map(({ pid }) => pid)).toEqual(all.filter((pid) => !hasEnded(pid)))
    }),
    { numRuns: 30 },
  )
})

test('E1: a last line torn by a kill does not hide those before it', () => {
  const file = join(temporaryDirectory(), 'journal.ndjson')
  const journal = new Journal(file)
  journal.append(started(1))
  appendFileSync(file, JSON.stringify(started(2)).slice(0, 20))
  expect(journal.openProcesses()).toEqual([{ pid: 1, startTime: '10' }])
})

test('E1: what is written after a torn line is read, and so is what stood before it', () => {
  const file = join(temporaryDirectory(), 'journal.ndjson')
  const journal = new Journal(file)
  journal.append(started(1))
  // A full disk takes the beginning of a line, and later has room again.
  appendFileSync(file, JSON.stringify(started(2)).slice(0, 20))
  journal.append({ kind: 'image', reference: 'a:1' })
  expect([journal.openProcesses(), journal.images()]).toEqual([[{ pid: 1, startTime: '10' }], ['a:1']])
})

test('a pid that was used again is a process of its own', () => {
  const journal = new Journal(join(temporaryDirectory(), 'journal.ndjson'))
  journal.append(started(7))
  journal.append({ kind: 'process-ended', process: { pid: 7, startTime: 'other' } })
  expect(journal.openProcesses()).toHaveLength(1)
})

test('a journal that was never written is empty, and it is for its owner only', () => {
  const file = join(temporaryDirectory(), 'journal.ndjson')
  const journal = new Journal(file)
  expect([journal.read(), journal.images(), journal.openProcesses()]).toEqual([[], [], []])
  journal.append(started(1))
  expect(statSync(file).mode & 0o777).toBe(0o600)
})

test('I9: the names of images that were given and not taken back outlive the processes', () => {
  const file = join(temporaryDirectory(), 'journal.ndjson')
  const journal = new Journal(file)
  journal.append(started(1))
  for (const reference of ['a:1', 'b:1', 'a:1', 'c:1']) journal.append({ kind: 'image', reference })
  journal.append({ kind: 'image-removed', reference: 'b:1' })
  journal.compact()
  expect(journal.openProcesses()).toEqual([])
  expect(journal.images()).toEqual(['a:1', 'c:1'])
  expect(statSync(file).mode & 0o777).toBe(0o600)
})
