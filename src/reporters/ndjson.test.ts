import { appendFile, mkdtemp, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { failedRun } from '../../test/rig/sample-run.ts'
import { VirtualClock } from '../../test/rig/virtual-clock.ts'
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

test('what was done is in the file before the next event comes, with all that came before it', async () => {
  const clock = new VirtualClock()
  const reporter = ndjsonReporter(file, clock)
  for (const [index, event] of (await failedRun()).entries()) {
    reporter.onEvent(event)
    if (event.type === 'task-output' || event.type === 'task-progress') continue
    expect((await readFile(file, 'utf8')).split('\n')).toHaveLength(index + 2)
  }
  await reporter.close?.()
})

test('what was printed is in the file a tenth of a second later, without another event', async () => {
  const clock = new VirtualClock()
  const reporter = ndjsonReporter(file, clock)
  reporter.onEvent({ type: 'task-output', at: 0, task: 'a', stream: 'stdout', line: 'x' })
  await clock.advance(100)
  expect(await readFile(file, 'utf8')).toContain('"line":"x"')
  await reporter.close?.()
})

test('a process that ends at once can still write what was put off', async () => {
  const reporter = ndjsonReporter(file, new VirtualClock())
  reporter.onEvent({ type: 'task-output', at: 0, task: 'a', stream: 'stdout', line: 'x' })
  reporter.flush?.()
  expect(await readFile(file, 'utf8')).toContain('"line":"x"')
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
