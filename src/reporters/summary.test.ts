import { expect, test } from 'vitest'
import { failedRun, sampleEvents } from '../../test/rig/sample-run.ts'
import { aTask } from '../../test/rig/scripted-run.ts'
import { emptyRecord, replay } from '../engine/records.ts'
import { formatSummary } from './summary.ts'
import { lengthOf, timingOf } from './timing.ts'

test('phases, tasks, the critical path, and what no task accounts for', async () => {
  const summary = formatSummary(replay(await failedRun()), { columns: 80, color: false })
  expect(summary).toMatchInlineSnapshot(`
    "Phases
    phase    start     end  duration  tasks
    cluster   0.0s   38.0s     38.0s  1 succeeded
    build     0.0s  1m 47s    1m 47s  1 succeeded, 1 failed
    load     42.0s   50.0s      8.0s  1 succeeded, 1 blocked
    deploy       -       -         -  1 blocked

    Tasks
    task            start  duration  outcome
    cluster:create   0.0s     38.0s  succeeded
    build:base       0.0s     42.0s  succeeded
    build:gateway   42.0s    1m 05s  failed
    load:base       42.0s      8.0s  succeeded, 2 attempts
    load:gateway        -         -  blocked
    ready:gateway       -         -  blocked

    Critical path
    task           start  waited  duration  share
    build:base      0.0s             42.0s    39%
    build:gateway  42.0s            1m 05s    60%
    = path                          1m 47s    99%
    + after it                        1.6s     1%
    = run                           1m 49s   100%

    The cluster was idle for 4.0s (4%).

    For 1.6s (1%) no task was running, 1.6s of it for the teardown.
    "
  `)
})

test('at 40 columns names give way, and figures do not', async () => {
  const summary = formatSummary(replay(await failedRun()), { columns: 40, color: false })
  expect(summary).toMatchInlineSnapshot(`
    "Phases
    phase    start     end  duration  tasks
    cluster   0.0s   38.0s     38.0s  1 succeed…
    build     0.0s  1m 47s    1m 47s  1 succeed…
    load     42.0s   50.0s      8.0s  1 succeed…
    deploy       -       -         -  1 blocked

    Tasks
    task         start  duration  outcome
    cluster:cr…   0.0s     38.0s  succeeded
    build:base    0.0s     42.0s  succeeded
    build:gate…  42.0s    1m 05s  failed
    load:base    42.0s      8.0s  succeeded…
    load:gatew…      -         -  blocked
    ready:gate…      -         -  blocked

    Critical path
    task        start  waited  duration  share
    build:base   0.0s             42.0s    39%
    build:gat…  42.0s            1m 05s    60%
    = path                       1m 47s    99%
    + after it                     1.6s     1%
    = run                        1m 49s   100%

    The cluster was idle for 4.0s (4%).

    For 1.6s (1%) no task was running, 1.6s of it for the teardown.
    "
  `)
})

test('of more than sixty tasks the slowest twenty are listed', async () => {
  const tasks = Array.from({ length: 61 }, (_, i) => aTask(`t${i}`, { workMs: 1_000 * (1 + ((i * 7) % 61)) }))
  const summary = formatSummary(replay(await sampleEvents(tasks)), { columns: 80, color: false })
  const list = summary.split('\n\n')[1] ?? ''
  expect(list.split('\n').slice(0, 4).join('\n')).toMatchInlineSnapshot(`
    "The 20 slowest of 61 tasks
    task  start  duration  outcome
    t26    0.0s    1m 01s  succeeded
    t52    0.0s    1m 00s  succeeded"
  `)
  expect(list.split('\n')).toHaveLength(22)
})

test('a run that was killed has a summary as far as it went', async () => {
  const events = (await failedRun()).filter(({ at, type }) => at < 50_000 && type !== 'run-finished')
  const summary = formatSummary(replay(events), { columns: 80, color: false })
  expect(summary).toMatchInlineSnapshot(`
    "Phases
    phase    start    end  duration  tasks
    cluster   0.0s  38.0s     38.0s  1 succeeded
    build     0.0s  48.5s     48.5s  1 succeeded, 1 unfinished
    load     42.0s  48.5s      6.5s  2 unfinished
    deploy       -      -         -  1 unfinished

    Tasks
    task            start  duration  outcome
    cluster:create   0.0s     38.0s  succeeded
    build:base       0.0s     42.0s  succeeded
    build:gateway   42.0s      6.5s  unfinished
    load:base       42.0s      6.5s  unfinished, 2 attempts
    load:gateway        -         -  unfinished
    ready:gateway       -         -  unfinished

    Critical path
    task        start  waited  duration  share
    build:base   0.0s             42.0s    87%
    = path                        42.0s    87%
    + after it                     6.5s    13%
    = run                         48.5s   100%

    The cluster was idle for 4.0s (8%).
    "
  `)
})

test('a run that ended before it had a plan has none', () => {
  expect(formatSummary(emptyRecord(), { columns: 80, color: false })).toBe('')
})

test('path, waits and what came after add up to the whole run', async () => {
  const tasks = [
    aTask('a', { workMs: 300, slots: { cpu: 1 } }),
    aTask('b', { workMs: 400, slots: { cpu: 1 } }),
    aTask('c', { workMs: 500, needs: ['a'], slots: { cpu: 1 }, undos: ['works'] }),
  ]
  const events = await sampleEvents(tasks, { capacity: { cpu: 1 }, undoMs: 250 })
  const { path, wallMs, idleMs, teardownMs, tasks: timed } = timingOf(replay(events))
  expect(path.steps.map(({ id, waitedMs }) => [id, waitedMs])).toEqual([
    ['a', 0],
    ['c', 400],
  ])
  expect(path.busyMs + path.waitedMs + path.afterMs).toBe(wallMs)
  expect(timed.reduce((sum, { interval }) => sum + lengthOf(interval), 0)).toBe(1_200)
  expect([idleMs, teardownMs]).toEqual([250, 250])
})

test('C1: how long the cluster waited for something to do is told', async () => {
  const tasks = [
    aTask('cluster:kind', { workMs: 10_000 }),
    aTask('build:web', { workMs: 40_000 }),
    aTask('dns:kind', { workMs: 5_000, needs: ['cluster:kind'] }),
    aTask('load:web', { workMs: 2_000, needs: ['cluster:kind', 'build:web'] }),
    aTask('deploy:web', { workMs: 1_000, needs: ['dns:kind', 'load:web'] }),
  ]
  const record = replay(await sampleEvents(tasks))
  expect(timingOf(record).clusterIdleMs).toBe(25_000)
  expect(formatSummary(record, { columns: 80, color: false })).toContain(
    'The cluster was idle for 25.0s (58%).',
  )
})

test('what the run would have gained is told with its place, and C1: how long the cluster idled at a stretch', async () => {
  const events = await sampleEvents([
    aTask('cluster:kind', { kind: 'cluster', workMs: 10_000 }),
    aTask('build:api', { kind: 'build', workMs: 30_000 }),
    aTask('load:db', { kind: 'load', workMs: 1_000, needs: ['cluster:kind'] }),
    aTask('build:web', { kind: 'build', workMs: 20_000 }),
    aTask('load:web', { kind: 'load', workMs: 1_000, needs: ['cluster:kind', 'build:web'] }),
    aTask('load:api', { kind: 'load', workMs: 1_000, needs: ['cluster:kind', 'build:api'] }),
  ])
  const savings = [
    { task: 'build:api', what: 'RUN dnf update -y', where: 'api.Dockerfile:12', savedMs: 10_000 },
    { task: 'ready:api', what: 'the wait until api is ready', savedMs: 2_000 },
  ]
  const record = replay(
    events.map((event) => (event.type === 'run-finished' ? { ...event, savings } : event)),
  )
  const [, end] = formatSummary(record, { columns: 80, color: false }).split('= run')
  expect(end?.split('\n\n').slice(1, 3)).toEqual([
    [
      'On the critical path: how much sooner the run would end without',
      'RUN dnf update -y, api.Dockerfile:12: 10.0s of 31.0s',
      'the wait until api is ready: 2.0s of 31.0s',
    ].join('\n'),
    'The cluster was idle for 18.0s (58%), at most 9.0s at a stretch.\n',
  ])
})
