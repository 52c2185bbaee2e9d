import { expect, test } from 'vitest'
import { sampleEvents } from '../../test/rig/sample-run.ts'
import { aTask } from '../../test/rig/scripted-run.ts'
import { replay } from '../engine/records.ts'
import { compareRuns } from './comparison.ts'
import { formatComparison, formatRatio } from './comparison-table.ts'

async function recordOf(durations: Readonly<Record<string, number>>) {
  const tasks = Object.entries(durations).map(([id, workMs]) =>
    aTask(id, { phase: id.split(':')[0] ?? '', workMs }),
  )
  return replay(await sampleEvents(tasks))
}

test('phases and tasks before and after, the most changed first', async () => {
  const before = await recordOf({ 'build:a': 10_000, 'build:b': 2_000, 'load:a': 1_000, 'load:old': 500 })
  const after = await recordOf({ 'build:a': 15_000, 'build:b': 1_500, 'load:a': 1_020, 'deploy:new': 300 })
  const text = formatComparison(compareRuns(before, after), { columns: 80, color: false })
  expect(text).toMatchInlineSnapshot(`
    "Compared with 7f3a, up gateway, hybrid

    phase   before  after  change
    build    10.0s  15.0s    +50%
    load      1.0s   1.0s     +2%
    deploy       -   0.3s
    run      10.0s  15.0s    +50%

    task        before  after  change
    build:a      10.0s  15.0s    +50%
    build:b       2.0s   1.5s    -25%
    load:old      0.5s      -
    deploy:new       -   0.3s
    "
  `)
})

test('E9: what only one of two runs did has no ratio', async () => {
  const [before, after] = [await recordOf({ 'build:a': 100 }), await recordOf({ 'build:b': 200 })]
  const { tasks } = compareRuns(before, after)
  expect(tasks).toEqual([
    { name: 'build:b', afterMs: 200 },
    { name: 'build:a', beforeMs: 100 },
  ])
})

test('a ratio is told as people say it', () => {
  expect([1.364, 0.5, 1, 14.2, undefined].map(formatRatio)).toEqual(['+36%', '-50%', '0%', '×14', ''])
})
