import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { History } from './history.ts'

function stateDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'kindling-history-'))
  onTestFinished(() => rmSync(directory, { recursive: true }))
  return directory
}

const took = (durations: Readonly<Record<string, number>>) => ({
  durationsMs: new Map(Object.entries(durations)),
})

test('what is expected is the median of the last five runs', async () => {
  const directory = stateDirectory()
  for (const durationMs of [9_000, 100, 300, 100_000, 200, 250]) {
    await new History(directory).add('shop', took({ 'build:web': durationMs }))
  }
  const history = new History(directory)
  expect(history.expectedMs('shop', 'build:web')).toBe(250)
  expect(history.expectedMs('other', 'build:web')).toBe(0)
})

test('histories written at once are all kept', async () => {
  const directory = stateDirectory()
  await Promise.all(
    Array.from({ length: 10 }, (_, index) => new History(directory).add('shop', took({ [`t${index}`]: 5 }))),
  )
  const history = new History(directory)
  expect(Array.from({ length: 10 }, (_, index) => history.expectedMs('shop', `t${index}`))).toEqual(
    Array.from({ length: 10 }, () => 5),
  )
})

test('M2: what an image took on disk is what it took the last time', async () => {
  const directory = stateDirectory()
  for (const bytes of [900, 100]) {
    const diskBytes = new Map([['build:web', bytes]])
    await new History(directory).add('shop', { durationsMs: new Map(), diskBytes })
  }
  expect(new History(directory).diskBytes('shop', 'build:web')).toBe(100)
  expect(new History(directory).diskBytes('shop', 'build:api')).toBe(0)
})

test('it is bounded: tasks not seen for longest are forgotten', async () => {
  const directory = stateDirectory()
  const many = Object.fromEntries(Array.from({ length: 2_500 }, (_, index) => [`t${index}`, 1]))
  await new History(directory).add('shop', took({ first: 1 }))
  await new History(directory).add('shop', took(many))
  const history = new History(directory)
  expect(history.expectedMs('shop', 'first')).toBe(0)
  expect(history.expectedMs('shop', 't2499')).toBe(1)
})

test('an unreadable file counts as none', async () => {
  const directory = stateDirectory()
  writeFileSync(join(directory, 'history.json'), '{"shop/a": [1')
  expect(new History(directory).expectedMs('shop', 'a')).toBe(0)
  await new History(directory).add('shop', took({ a: 7 }))
  expect(new History(directory).expectedMs('shop', 'a')).toBe(7)
})

test('a task that takes no time at all is known, too', async () => {
  const directory = stateDirectory()
  await new History(directory).add('shop', took({ 'cluster:podman': 0.2 }))
  expect(new History(directory).expectedMs('shop', 'cluster:podman')).toBe(1)
})

test('what another machine took says nothing of this one', async () => {
  const directory = stateDirectory()
  await new History(directory, '2x24').add('shop', took({ 'build:web': 7 }))
  expect(new History(directory, '16x64').expectedMs('shop', 'build:web')).toBe(0)
  expect(new History(directory, '2x24').expectedMs('shop', 'build:web')).toBe(7)
})

test('M1: of memory the most that the last runs took is remembered, beside how long they took', async () => {
  const directory = stateDirectory()
  for (const bytes of [10, 900, 300]) {
    const memoryBytes = new Map([['build:web', bytes]])
    await new History(directory).add('shop', { ...took({ 'build:web': 5_000 }), memoryBytes })
  }
  const history = new History(directory)
  expect(history.memoryBytes('shop', 'build:web')).toBe(900)
  expect(history.memoryBytes('shop', 'build:api')).toBe(0)
  expect(history.expectedMs('shop', 'build:web')).toBe(5_000)
})

test('of the instructions of a build the longest of the last run are remembered, in their order', async () => {
  const directory = stateDirectory()
  const times = Array.from({ length: 30 }, (_, index) => ({
    instruction: `RUN step ${index}`,
    ms: (index * 7) % 30,
  }))
  for (const list of [[{ instruction: 'RUN before', ms: 1 }], times]) {
    await new History(directory).add('shop', { ...took({}), instructions: new Map([['build:web', list]]) })
  }
  const kept = new History(directory).instructions('shop', 'build:web')
  expect(kept).toEqual(times.filter(({ ms }) => ms >= 10))
  expect(new History(directory).instructions('shop', 'build:api')).toEqual([])
})

test('a phase is remembered by its name, with how many runs it is known of', async () => {
  const directory = stateDirectory()
  for (const ms of [100, 300, 200]) {
    const phasesMs = new Map([['e2e hybrid build 0123', ms]])
    await new History(directory).add('shop', { durationsMs: new Map(), phasesMs })
  }
  const history = new History(directory)
  expect(history.phase('shop', 'e2e hybrid build 0123')).toEqual({ medianMs: 200, runs: 3 })
  expect(history.phase('shop', 'e2e hybrid build 4567')).toBeUndefined()
})
