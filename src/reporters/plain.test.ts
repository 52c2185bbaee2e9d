import { expect, test } from 'vitest'
import { MemoryTerminal } from '../../test/rig/memory-terminal.ts'
import { failedRun, sampleEvents } from '../../test/rig/sample-run.ts'
import { aTask } from '../../test/rig/scripted-run.ts'
import { VirtualClock } from '../../test/rig/virtual-clock.ts'
import type { RunEvent } from '../engine/events.ts'
import { plainReporter } from './plain.ts'

function printed(events: readonly RunEvent[], terminal = new MemoryTerminal()): string {
  const reporter = plainReporter(terminal)
  for (const event of events) reporter.onEvent(event)
  return terminal.text
}

test('E2, E7: each change of state is a line of its task, the end tells all failures, roots first', async () => {
  expect(printed(await failedRun())).toMatchInlineSnapshot(`
    "[   0.0s] kindling  up gateway, run 7f3a
    [   0.0s] kindling        6 tasks, strategy hybrid
    [   0.0s] build:base      started
    [   0.0s] cluster:create  started
    [  38.0s] cluster:create  succeeded in 38.0s
    [  42.0s] build:base      succeeded in 42.0s
    [  42.0s] build:gateway   started
    [  42.0s] load:base       started
    [  45.0s] load:base       attempt 1 failed: ctr exited with code 255; attempt 2 in 2.0s
    [  50.0s] load:base       succeeded in 8.0s
    [ 1m 47s] build:gateway   failed after 1m 05s: podman exited with code 2 (E_BUILD_FAILED)
    [ 1m 47s] build:gateway     | at podman build --file docker/gateway.Dockerfile .
    [ 1m 47s] build:gateway     | hint: build it alone with: kindling build gateway
    [ 1m 47s] build:gateway     | STEP 5/9: RUN npm run build
    [ 1m 47s] build:gateway     | src/server.ts:12:7 - error TS2304: Cannot find name "Foo"
    [ 1m 47s] load:gateway    blocked by build:gateway
    [ 1m 47s] ready:gateway   blocked by build:gateway
    [ 1m 47s] kindling        taking down: 2 actions, at most 10.0s
    [ 1m 48s] cluster:create  could not be undone: network shop-7f3a is in use
    [ 1m 49s] kindling        taken down in 1.6s, 1 action failed
    [ 1m 49s] kindling        1 task failed
    [ 1m 49s] kindling          ✗ build:gateway  podman exited with code 2 (E_BUILD_FAILED)
    [ 1m 49s] kindling              at podman build --file docker/gateway.Dockerfile .
    [ 1m 49s] kindling              hint: build it alone with: kindling build gateway
    [ 1m 49s] kindling          blocked by build:gateway: load:gateway, ready:gateway
    [ 1m 49s] kindling        1 action could not be undone
    [ 1m 49s] kindling          ✗ cluster:create  network shop-7f3a is in use
    [ 1m 49s] kindling        failed in 1m 49s
    "
  `)
})

test('a run in which all goes well says little', async () => {
  const events = await sampleEvents([aTask('a'), aTask('b', { needs: ['a'], end: 'reused' })])
  expect(printed(events)).toMatchInlineSnapshot(`
    "[   0.0s] kindling  up gateway, run 7f3a
    [   0.0s] kindling  2 tasks, strategy hybrid
    [   0.0s] a         started
    [   0.0s] a         succeeded in 0.0s
    [   0.0s] b         started
    [   0.0s] b         reused in 0.0s
    [   0.0s] kindling  taking down: 0 actions, at most 10.0s
    [   0.0s] kindling  taken down in 0.0s
    [   0.0s] kindling  succeeded in 0.0s
    "
  `)
})

test('output is shown once when the failure has it as detail already', () => {
  const failure = { code: 'E_X', message: 'it broke', detail: 'first\nsecond' }
  const text = printed([
    { type: 'task-started', at: 0, task: 'a' },
    { type: 'task-output', at: 1, task: 'a', stream: 'stdout', line: 'zeroth' },
    { type: 'task-output', at: 1, task: 'a', stream: 'stderr', line: 'second' },
    { type: 'task-finished', at: 2, task: 'a', outcome: 'failed', durationMs: 2, failure },
  ])
  expect(text.match(/second/g)).toHaveLength(1)
  expect(text).toContain('zeroth')
})

test('of a long output only the end is shown', () => {
  const output = Array.from({ length: 100 }, (_, i): RunEvent => {
    return { type: 'task-output', at: 1, task: 'a', stream: 'stdout', line: `line ${i}` }
  })
  const failure = { code: 'E_X', message: 'it broke' }
  const text = printed([
    ...output,
    { type: 'task-finished', at: 2, task: 'a', outcome: 'failed', durationMs: 2, failure },
  ])
  expect(text.match(/line \d+/g)).toEqual(Array.from({ length: 20 }, (_, i) => `line ${80 + i}`))
})

test('text of tools cannot move the cursor, and text of several lines has the prefix on each', () => {
  const failure = { code: 'E_X', message: 'bad \u001b[2Jthing\r\nsecond \u0007line' }
  const text = printed([
    { type: 'task-finished', at: 0, task: 'a', outcome: 'failed', durationMs: 0, failure },
  ])
  expect(text).toMatchInlineSnapshot(`
    "[   0.0s] a         failed after 0.0s: bad thing
    [   0.0s] a           | second line (E_X)
    "
  `)
})

test('colours are used only where they are wanted', async () => {
  for (const color of [true, false]) {
    const terminal = new MemoryTerminal({ color })
    printed(await failedRun(), terminal)
    expect(terminal.writes.some((text) => text.includes('\u001b['))).toBe(color)
  }
})

test('every half minute it says what runs, since when, and what is expected', async () => {
  const clock = new VirtualClock()
  const terminal = new MemoryTerminal({ columns: 120 })
  const reporter = plainReporter(terminal, { clock })
  for (const event of await failedRun()) {
    if (event.at > 90_000) break
    await clock.advance(event.at - clock.now())
    reporter.onEvent(event)
  }
  await clock.advance(90_000 - clock.now())
  await reporter.close?.()
  expect(terminal.text).toMatchInlineSnapshot(`
    "[   0.0s] kindling  up gateway, run 7f3a
    [   0.0s] kindling        6 tasks, strategy hybrid
    [   0.0s] build:base      started
    [   0.0s] cluster:create  started
    [  30.0s] kindling        0/6 done, 2 running, 4 waiting, about 1m 22s left
    [  30.0s] build:base      running for 30.0s of about 45.0s: 4/9 RUN npm ci
    [  30.0s] cluster:create  running for 30.0s of about 40.0s: 4/9 RUN npm ci
    [  38.0s] cluster:create  succeeded in 38.0s
    [  42.0s] build:base      succeeded in 42.0s
    [  42.0s] build:gateway   started
    [  42.0s] load:base       started
    [  45.0s] load:base       attempt 1 failed: ctr exited with code 255; attempt 2 in 2.0s
    [  50.0s] load:base       succeeded in 8.0s
    [ 1m 00s] kindling        3/6 done, 1 running, 2 waiting, about 49s left
    [ 1m 00s] build:gateway   running for 18.0s of about 1m 00s: 4/9 RUN npm ci
    [ 1m 30s] kindling        3/6 done, 1 running, 2 waiting, about 19s left
    [ 1m 30s] build:gateway   running for 48.0s of about 1m 00s: 4/9 RUN npm ci
    "
  `)
  expect(clock.sleeping).toBe(0)
})

test('while tests print, nothing is said of how far the run is', async () => {
  const clock = new VirtualClock()
  const terminal = new MemoryTerminal()
  const reporter = plainReporter(terminal, { clock })
  const tests = { ...aTask('test:e2e'), kind: 'test' }
  reporter.onEvent({ type: 'plan-ready', at: 0, strategy: 'hybrid', tasks: [tests], capacity: {} })
  reporter.onEvent({ type: 'task-started', at: 0, task: 'test:e2e' })
  reporter.onEvent({ type: 'task-output', at: 0, task: 'test:e2e', stream: 'stdout', line: 'one passes' })
  await clock.advance(30_000)
  expect(terminal.text).not.toContain('running for')
  await clock.advance(30_000)
  expect(terminal.text).toContain('running for 1m 00s')
  await reporter.close?.()
})
