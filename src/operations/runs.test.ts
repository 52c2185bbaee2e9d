import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { InvalidInput } from './operation-error.ts'
import { findRun, listRuns, newestRun, overviewOf, runBefore } from './runs.ts'

const ids = ['20300101-100000-aaaaaa', '20300101-110000-bbbbbb', '20300102-100000-ccbbbb']

/** A project with runs, and the runs themselves, newest first. */
function projectWith(...commands: readonly string[]) {
  const root = mkdtempSync(join(tmpdir(), 'kindling-runs-'))
  onTestFinished(() => rmSync(root, { recursive: true }))
  for (const [index, command] of commands.entries()) {
    const directory = join(root, '.kindling', 'runs', ids[index] ?? '')
    mkdirSync(directory, { recursive: true })
    const started = { type: 'run-started', at: 0, version: 1, run: ids[index], command, environment: 'e2e' }
    const finished = { type: 'run-finished', at: 5, outcome: 'succeeded', durationMs: 5 }
    writeFileSync(
      join(directory, 'events.ndjson'),
      `${JSON.stringify(started)}\n${JSON.stringify(finished)}\n`,
    )
  }
  return { root, runs: listRuns(root) }
}

function refusalOf(action: () => unknown): string {
  try {
    action()
  } catch (error) {
    if (error instanceof InvalidInput) return error.diagnostics.map(({ hint }) => hint).join()
  }
  throw new Error('it was not refused')
}

test('runs are found from anywhere in the project, the newest first; what left no events is none', () => {
  const { root } = projectWith('up', 'test', 'up')
  mkdirSync(join(root, '.kindling', 'runs', 'zzz'))
  mkdirSync(join(root, 'src', 'deep'), { recursive: true })
  const runs = listRuns(join(root, 'src', 'deep'))
  expect(runs.map(({ id }) => id)).toEqual(ids.toReversed())
  expect(newestRun(runs).id).toBe(ids[2])
  expect(listRuns('/elsewhere', join(root, 'kindling.yaml'))).toEqual(runs)
})

test('a run goes by its id, by a beginning or an end that only it has, and by its path', () => {
  const { root, runs } = projectWith('up', 'test', 'up')
  for (const name of [ids[0] ?? '', 'aaaaaa', '20300101-10', `.kindling/runs/${ids[0]}`]) {
    expect(findRun(name, runs, root).events).toBe(runs[2]?.events)
  }
  expect(findRun(`.kindling/runs/${ids[0]}/events.ndjson`, runs, root).events).toBe(runs[2]?.events)
})

test('a name that says nothing, or too little, is refused with those it could mean', () => {
  const { root, runs } = projectWith('up', 'test', 'up')
  expect(refusalOf(() => findRun('nowhere', runs, root))).toContain(ids.toReversed().join(', '))
  expect(refusalOf(() => findRun('bbbb', runs, root))).toContain(`${ids[2]}, ${ids[1]};`)
  expect(refusalOf(() => findRun('src', [], root))).toContain('build something first')
  expect(refusalOf(() => newestRun([]))).toContain('bring something up')
})

test('E9: the run before is the last that did the same and succeeded', () => {
  const { root, runs } = projectWith('up', 'test', 'up')
  expect(runBefore(findRun('ccbbbb', runs, root), runs).id).toBe(ids[0])
  expect(refusalOf(() => runBefore(findRun('aaaaaa', runs, root), runs))).toContain('--list')
})

test('how a run ended is known without reading all of it, unless it was killed', () => {
  const { runs } = projectWith('up')
  const [run] = runs
  if (run === undefined) throw new Error('no run')
  expect(overviewOf(run)).toMatchObject({ started: { command: 'up' }, finished: { outcome: 'succeeded' } })
  writeFileSync(run.events, '{"type":"run-started","at":0,"command":"up"}\n{"type":"task-st')
  expect(overviewOf(run).finished).toBeUndefined()
})
