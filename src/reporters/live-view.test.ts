import { describe, expect, test } from 'vitest'
import { failedRun } from '../../test/rig/sample-run.ts'
import type { RunEvent } from '../engine/events.ts'
import { initialState, type LiveState, reduce } from './live-state.ts'
import { view } from './live-view.ts'

const stateAfter = (events: readonly RunEvent[]): LiveState => events.reduce(reduce, initialState)

const started = (id: string, at = 0): RunEvent => ({ type: 'task-started', at, task: id })
const planOf = (ids: readonly string[]): RunEvent => ({
  type: 'plan-ready',
  at: 0,
  strategy: 'hybrid',
  capacity: {},
  tasks: ids.map((id) => ({ id, kind: 'x', phase: 'x', needs: [], slots: {}, expectedMs: 0 })),
})

const busy = stateAfter([
  planOf([
    'build:base',
    'build:gateway',
    'build:datastorage-migrations',
    'load:base',
    'cluster:create',
    'x',
    'y',
  ]),
  started('build:base'),
  { type: 'task-finished', at: 4_000, task: 'build:base', outcome: 'succeeded', durationMs: 4_000 },
  started('build:gateway', 4_000),
  started('build:datastorage-migrations', 4_100),
  started('cluster:create', 4_200),
  {
    type: 'task-progress',
    at: 5_000,
    task: 'build:gateway',
    text: 'STEP 4/9:\n RUN npm ci --ignore-scripts --no-audit',
    done: 4,
    total: 9,
  },
  { type: 'task-progress', at: 5_000, task: 'cluster:create', text: 'starting control plane' },
  { type: 'task-finished', at: 6_000, task: 'load:base', outcome: 'failed', durationMs: 1_000 },
  { type: 'task-finished', at: 6_000, task: 'x', outcome: 'blocked', durationMs: 0 },
])

describe('the window', () => {
  const at = (columns: number, rows = 24) => view(busy, { columns, rows, nowMs: 72_300, color: false })

  test('at 40 columns', () => {
    expect(at(40).join('\n')).toMatchInlineSnapshot(`
      "  build:gateway      1m 08s  44% STEP 4…
        build:datastora…   1m 08s
        cluster:create     1m 08s  starting c…
      1m 12s · 1/7 done · 1 failed · 3 running"
    `)
  })

  test('at 80 columns', () => {
    expect(at(80).join('\n')).toMatchInlineSnapshot(`
      "  build:gateway                  1m 08s  44% STEP 4/9: RUN npm ci --ignore-scri…
        build:datastorage-migrations   1m 08s
        cluster:create                 1m 08s  starting control plane
      1m 12s · 1/7 done · 1 failed · 3 running · 1 waiting · 1 blocked"
    `)
  })

  test('at 120 columns', () => {
    expect(at(120).join('\n')).toMatchInlineSnapshot(`
      "  build:gateway                  1m 08s  44% STEP 4/9: RUN npm ci --ignore-scripts --no-audit
        build:datastorage-migrations   1m 08s
        cluster:create                 1m 08s  starting control plane
      1m 12s · 1/7 done · 1 failed · 3 running · 1 waiting · 1 blocked"
    `)
  })

  test('in a terminal of four rows, the oldest are shown and the others counted', () => {
    expect(at(80, 4).join('\n')).toMatchInlineSnapshot(`
      "  build:gateway   1m 08s  44% STEP 4/9: RUN npm ci --ignore-scripts --no-audit
        … and 2 more running
      1m 12s · 1/7 done · 1 failed · 3 running · 1 waiting · 1 blocked"
    `)
  })

  test.each([10, 20, 40, 80, 120])('is never wider than %d columns', (columns) => {
    for (const row of at(columns)) expect(row.length).toBeLessThanOrEqual(columns)
  })

  test.each([2, 3, 4, 5, 24])('leaves a row free of %d', (rows) => {
    expect(at(80, rows).length).toBeLessThan(rows)
  })

  test('is coloured only where that is wanted', () => {
    const options = { columns: 80, rows: 24, nowMs: 0 }
    expect(view(busy, { ...options, color: true }).join()).toContain('\u001b[')
    expect(view(busy, { ...options, color: false }).join()).not.toContain('\u001b[')
  })
})

test('during the teardown the footer says so, with what could not be undone', async () => {
  const events = await failedRun()
  const untilTeardown = events.slice(
    0,
    events.findIndex(({ type }) => type === 'teardown-finished'),
  )
  const rows = view(stateAfter(untilTeardown), { columns: 80, rows: 24, nowMs: 108_000, color: false })
  expect(rows).toMatchInlineSnapshot(`
    [
      "1m 48s · 3/6 done · 1 failed · taking down, 1 not undone · 2 blocked",
    ]
  `)
})

test('when the run has finished the window is empty', async () => {
  const state = stateAfter(await failedRun())
  expect(state.running).toEqual([])
  expect(view(state, { columns: 80, rows: 24, nowMs: 0, color: false })).toEqual([])
})

test('a new attempt forgets the progress of the one before', () => {
  const state = stateAfter([
    started('a'),
    { type: 'task-progress', at: 1, task: 'a', text: 'half', done: 1, total: 2 },
    { type: 'task-retried', at: 2, task: 'a', attempt: 1, reason: 'busy', delayMs: 5 },
  ])
  expect(state.running).toEqual([{ id: 'a', startMs: 0, text: 'attempt 2' }])
})
