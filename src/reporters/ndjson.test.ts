import { appendFile, mkdtemp, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { failedRun } from '../../test/rig/sample-run.ts'
import { replay } from '../engine/records.ts'
import { ndjsonReporter, readEvents } from './ndjson.ts'

let directory = ''
let file = ''
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'kindling-'))
  file = join(directory, 'events.ndjson')
})
afterEach(() => rm(directory, { recursive: true }))

test('what was written is read back, and gives the same record', async () => {
  const events = await failedRun()
  const reporter = ndjsonReporter(file)
  for (const event of events) reporter.onEvent(event)
  await reporter.close?.()
  const read = await readEvents(file)
  expect(read).toEqual(events)
  expect(replay(read)).toEqual(replay(events))
})

test('each event is in the file before the next one comes, without a close', async () => {
  const reporter = ndjsonReporter(file)
  for (const [index, event] of (await failedRun()).entries()) {
    reporter.onEvent(event)
    expect((await readFile(file, 'utf8')).split('\n')).toHaveLength(index + 2)
  }
  await reporter.close?.()
})

test('wherever a kill tears the last line, the lines before it are read', async () => {
  const events = await failedRun()
  const lines = events.map((event) => `${JSON.stringify(event)}\n`)
  const last = lines.at(-1) ?? ''
  const whole = Buffer.byteLength(lines.join(''))
  for (const missing of [1, 2, last.length - 1]) {
    await writeFile(file, lines.join(''))
    await truncate(file, whole - missing)
    expect(await readEvents(file)).toEqual(events.slice(0, -1))
  }
})

test('a line in the middle that is no event is an error with its place', async () => {
  await writeFile(file, '{"type":"note","at":0,"level":"info","text":"x"}\nnonsense\n')
  await appendFile(file, '{"type":"note","at":0,"level":"info","text":"y"}\n')
  await expect(readEvents(file)).rejects.toThrow(`${file}:2 is not an event`)
})

test('a file of a later version is refused rather than misunderstood', async () => {
  await writeFile(file, '{"type":"run-started","at":0,"version":2}\n')
  await expect(readEvents(file)).rejects.toThrow('of version 2')
})

test('E6: a run does not write over the events of another', () => {
  ndjsonReporter(file)
  expect(() => ndjsonReporter(file)).toThrow('EEXIST')
})

test('the file is for its owner alone', async () => {
  await ndjsonReporter(file).close?.()
  expect((await stat(file)).mode & 0o777).toBe(0o600)
})
