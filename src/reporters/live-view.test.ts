import { describe, expect, test } from 'vitest'
import { failedRun } from '../../test/rig/sample-run.ts'
import type { RunEvent } from '../engine/events.ts'
import type { Task } from '../engine/task.ts'
import { initialState, type LiveState, reduce } from './live-state.ts'
import { view } from './live-view.ts'

const stateAfter = (events: readonly RunEvent[]): LiveState => events.reduce(reduce, initialState)

const started = (id: string, at = 0): RunEvent => ({ type: 'task-started', at, task: id })

/** Three builds of which two fit, a cluster with history, and what comes after them. */
const plan: RunEvent = {
  type: 'plan-ready',
  at: 0,
  strategy: 'pipelined',
  capacity: { builds: 2 },
  tasks: [
    planned('build:base', { slots: { builds: 1 }, expectedMs: 5_000 }),
    planned('build:gateway', { slots: { builds: 1 }, needs: ['build:base'], expectedMs: 90_000 }),
    planned('build:datastorage-migrations', { slots: { builds: 1 }, expectedMs: 30_000, isEstimate: true }),
    planned('build:tools', { slots: { builds: 1 }, expectedMs: 20_000 }),
    planned('cluster:create', { expectedMs: 40_000 }),
    planned('load:base', { needs: ['build:base', 'cluster:create'], expectedMs: 3_000 }),
    planned('load:gateway', { needs: ['build:gateway', 'cluster:create'], expectedMs: 4_000 }),
    planned('deploy:gateway', { needs: ['load:gateway'], expectedMs: 1_000 }),
    planned('ready:gateway', { needs: ['deploy:gateway'], expectedMs: 6_000 }),
    planned('x'),
  ],
  prediction: {
    totalMs: 106_000,
    tasks: [
      { id: 'x', startMs: 0, endMs: 0 },
      { id: 'build:base', startMs: 0, endMs: 5_000 },
      { id: 'build:datastorage-migrations', startMs: 0, endMs: 30_000 },
      { id: 'cluster:create', startMs: 0, endMs: 40_000 },
      { id: 'load:base', startMs: 40_000, endMs: 43_000 },
      { id: 'build:tools', startMs: 30_000, endMs: 50_000 },
      { id: 'build:gateway', startMs: 5_000, endMs: 95_000 },
      { id: 'load:gateway', startMs: 95_000, endMs: 99_000 },
      { id: 'deploy:gateway', startMs: 99_000, endMs: 100_000 },
      { id: 'ready:gateway', startMs: 100_000, endMs: 106_000 },
    ],
  },
}

function planned(id: string, task: Partial<Task> = {}): Task {
  return { id, kind: 'x', phase: 'x', needs: [], slots: {}, expectedMs: 0, ...task }
}

const busy = stateAfter([
  plan,
  started('build:base'),
  { type: 'task-finished', at: 4_000, task: 'build:base', outcome: 'succeeded', durationMs: 4_000 },
  started('build:gateway', 4_000),
  started('build:datastorage-migrations', 4_100),
  started('cluster:create', 4_200),
  {
    type: 'task-progress',
    at: 5_000,
    task: 'build:gateway',
    text: 'RUN npm ci\n --ignore-scripts --no-audit',
    done: 4,
    total: 9,
  },
  { type: 'task-progress', at: 5_000, task: 'cluster:create', text: 'starting control plane' },
  { type: 'task-finished', at: 6_000, task: 'load:base', outcome: 'failed', durationMs: 1_000 },
  { type: 'task-finished', at: 6_000, task: 'x', outcome: 'blocked', durationMs: 0 },
])

const lastLine = (task: string) => (task === 'cluster:create' ? '' : `the last line of ${task}`)

describe('the window', () => {
  const at = (columns: number, rows = 24) =>
    view(busy, { columns, rows, nowMs: 72_300, color: false, lastLine })

  test('at 40 columns', () => {
    expect(at(40).join('\n')).toMatchInlineSnapshot(`
      "  build:gateway      1m 08s  4/9 RUN np…
        build:datastora…   1m 08s  the last l…
        cluster:create     1m 08s  starting c…
        build:tools       waits for a free sl…
        load:gateway      waits for build:gat…
      1m 12s · 1/10 done · 1 failed"
    `)
  })

  test('at 80 columns', () => {
    expect(at(80).join('\n')).toMatchInlineSnapshot(`
      "  build:gateway                  1m 08s of 1m 30s  4/9 RUN npm ci --ignore-scri…
        build:datastorage-migrations   1m 08s            the last line of build:datas…
        cluster:create                 1m 08s of 40.0s   starting control plane
        build:tools                   waits for a free slot (builds)
        load:gateway                  waits for build:gateway and 1 more
      ━━━━━━━━━━━─────  1m 12s · 1/10 done · 1 failed · perhaps 33s left · 3 running"
    `)
  })

  test('at 120 columns', () => {
    expect(at(120).join('\n')).toMatchInlineSnapshot(`
      "  build:gateway                  1m 08s of 1m 30s  4/9 RUN npm ci --ignore-scripts --no-audit
        build:datastorage-migrations   1m 08s            the last line of build:datastorage-migrations
        cluster:create                 1m 08s of 40.0s   starting control plane
        build:tools                   waits for a free slot (builds)
        load:gateway                  waits for build:gateway and 1 more
      ━━━━━━━━━━━━━━━━────────  1m 12s · 1/10 done · 1 failed · perhaps 33s left · 3 running · 4 waiting · 1 blocked"
    `)
  })

  test('in a terminal of four rows, the oldest are shown and the others counted', () => {
    expect(at(80, 4).join('\n')).toMatchInlineSnapshot(`
      "  build:gateway   1m 08s of 1m 30s  4/9 RUN npm ci --ignore-scripts --no-audit
        … and 2 more running
      ━━━━━━━━━━━─────  1m 12s · 1/10 done · 1 failed · perhaps 33s left · 3 running"
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

test('what a load has sent is told in bytes', () => {
  const mebibyte = 2 ** 20
  const state = stateAfter([
    started('load:a'),
    started('load:b'),
    {
      type: 'task-progress',
      at: 1,
      task: 'load:a',
      text: '',
      done: 12 * mebibyte,
      total: 45 * mebibyte,
      unit: 'bytes',
    },
    { type: 'task-progress', at: 1, task: 'load:b', text: '', done: 12 * mebibyte, unit: 'bytes' },
  ])
  const rows = view(state, { columns: 80, rows: 24, nowMs: 2_000, color: false })
  expect(rows.slice(0, 2)).toEqual(['  load:a     2.0s  12.0 MiB of 45.0 MiB', '  load:b     2.0s  12.0 MiB'])
})

test('control characters of tools do not get into the window', () => {
  const state = stateAfter([
    started('a'),
    { type: 'task-progress', at: 1, task: 'a', text: 'one\u001b[2J\u0007 two' },
  ])
  expect(view(state, { columns: 80, rows: 24, nowMs: 0, color: false })[0]).toBe('  a     0.0s  one two')
})
