import { expect, test } from 'vitest'
import { MemoryTerminal } from '../../test/rig/memory-terminal.ts'
import { failedRun } from '../../test/rig/sample-run.ts'
import { VirtualClock } from '../../test/rig/virtual-clock.ts'
import { liveReporter } from './live.ts'

/** Plays the events at their times; calls back before each. */
async function play(terminal: MemoryTerminal, untilMs = Number.POSITIVE_INFINITY) {
  const clock = new VirtualClock()
  const reporter = liveReporter(terminal, clock)
  for (const event of await failedRun()) {
    if (event.at > untilMs) break
    await clock.advance(event.at - clock.now())
    reporter.onEvent(event)
  }
  return { clock, reporter }
}

test('while it runs, what has ended stands above the window of what is running', async () => {
  const terminal = new MemoryTerminal()
  const { clock } = await play(terminal, 50_000)
  await clock.advance(20_000)
  expect(terminal.text).toMatchInlineSnapshot(`
    "· kindling  up gateway, run 7f3a
    · kindling  6 tasks, strategy hybrid
    ✓ cluster:create  succeeded in 38.0s
    ✓ build:base  succeeded in 42.0s
    ! load:base  attempt 1 failed: ctr exited with code 255; attempt 2 in 2.0s
    ✓ load:base  succeeded in 8.0s
      build:gateway    28.0s of 1m 00s  4/9 RUN npm ci
      load:gateway   waits for build:gateway
    ━━━━━━━━━━──────  1m 10s · 3/6 done · about 39s left · 1 running · 2 waiting
    "
  `)
})

test('when it is closed only lines that stay are left, and the cursor stands below them', async () => {
  const terminal = new MemoryTerminal()
  const { clock, reporter } = await play(terminal)
  await reporter.close?.()
  expect(terminal.text).toMatchInlineSnapshot(`
    "· kindling  up gateway, run 7f3a
    · kindling  6 tasks, strategy hybrid
    ✓ cluster:create  succeeded in 38.0s
    ✓ build:base  succeeded in 42.0s
    ! load:base  attempt 1 failed: ctr exited with code 255; attempt 2 in 2.0s
    ✓ load:base  succeeded in 8.0s
    ✗ build:gateway  failed after 1m 05s: podman exited with code 2 (E_BUILD_FAILED)
        at podman build --file docker/gateway.Dockerfile .
        hint: build it alone with: kindling build gateway
        STEP 5/9: RUN npm run build
        src/server.ts:12:7 - error TS2304: Cannot find name "Foo"
    - load:gateway  blocked by build:gateway
    - ready:gateway  blocked by build:gateway
    · kindling  taking down: 2 actions, at most 10.0s
    ✗ cluster:create  could not be undone: network shop-7f3a is in use
    ✗ kindling  taken down in 1.6s, 1 action failed
    1 task failed
      ✗ build:gateway  podman exited with code 2 (E_BUILD_FAILED)
          at podman build --file docker/gateway.Dockerfile .
          hint: build it alone with: kindling build gateway
      blocked by build:gateway: load:gateway, ready:gateway
    1 action could not be undone
      ✗ cluster:create  network shop-7f3a is in use
    ✗ kindling  failed in 1m 49s
    "
  `)
  expect(terminal.cursor).toEqual({ row: terminal.text.split('\n').length - 1, column: 0 })
  expect(clock.sleeping).toBe(0)
})

test('when it is closed in the middle of a run the window is gone as well', async () => {
  const terminal = new MemoryTerminal()
  const { reporter } = await play(terminal, 50_000)
  await reporter.close?.()
  expect(terminal.text).not.toContain('running')
  expect(terminal.text.endsWith('\n')).toBe(true)
})

test('nothing that stays is lost in a terminal lower than what there is to tell', async () => {
  const low = new MemoryTerminal({ rows: 4 })
  const high = new MemoryTerminal({ rows: 100 })
  for (const terminal of [low, high]) {
    const { reporter } = await play(terminal)
    await reporter.close?.()
  }
  expect(low.text).toBe(high.text)
})

test('a frame is one write, and frames come at most ten times a second', async () => {
  const terminal = new MemoryTerminal()
  const { clock } = await play(terminal, 0)
  const before = terminal.writes.length
  await clock.advance(1_000)
  expect(terminal.writes.length - before).toBeLessThanOrEqual(10)
  for (const write of terminal.writes) expect(write.split('\u001b[?2026h')).toHaveLength(2)
})

test('before there is a plan it says that it prepares, and for how long', async () => {
  const terminal = new MemoryTerminal()
  const clock = new VirtualClock()
  const reporter = liveReporter(terminal, clock)
  await clock.advance(2_300)
  expect(terminal.text).toBe('2.3s · preparing\n')
  await reporter.close?.()
  expect(terminal.text).toBe('')
})

test('what is told beside the run stands above the window, at once', async () => {
  const terminal = new MemoryTerminal()
  const { reporter } = await play(terminal, 50_000)
  reporter.print('interrupted: cleaning up; again to stop at once')
  expect(terminal.text).toMatch(/\ninterrupted: cleaning up; again to stop at once\n {2}build:gateway .*\n/)
  await reporter.close?.()
})

test('a frame that cannot be drawn is told to whoever brings the next event, and ends no process', async () => {
  const terminal = new MemoryTerminal()
  const clock = new VirtualClock()
  const broken = { ...terminal, columns: 80, rows: 24, write: () => expect.fail('the terminal is gone') }
  const reporter = liveReporter(broken, clock)
  await clock.advance(100)
  expect(() => reporter.onEvent({ type: 'note', at: 0, level: 'info', text: 'x' })).toThrow(
    'terminal is gone',
  )
})
