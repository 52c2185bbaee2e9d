import { expect, test } from 'vitest'
import { aLoggedContainer, ScriptedLogs } from '../../../test/rig/scripted-logs.ts'
import { VirtualClock } from '../../../test/rig/virtual-clock.ts'
import { followLogs } from './follow-logs.ts'

function setUp(source: ScriptedLogs) {
  const clock = new VirtualClock()
  const abort = new AbortController()
  const lines: string[] = []
  const problems: string[] = []
  const world = { isThere: true }
  const done = followLogs(
    source,
    () => source.containers(),
    { tail: 2 },
    {
      clock,
      signal: abort.signal,
      isThere: () => world.isThere,
      onLine: ({ pod }, { text }) => void lines.push(`${pod}: ${text}`),
      onProblem: (text) => void problems.push(text),
    },
  )
  return { clock, abort, lines, problems, world, done }
}

test('lines are told as they come, also those of containers that come later or are started again', async () => {
  const source = new ScriptedLogs([aLoggedContainer('web', 'app', { run: '1' })])
  const { clock, lines, done } = setUp(source)
  await clock.advance(0)
  source.print('1', 'one')
  source.list = [aLoggedContainer('web', 'app', { run: '2' }), aLoggedContainer('db', 'app', { run: 'db' })]
  source.end('1')
  await clock.advance(1_000)
  source.print('2', 'two')
  source.print('db', 'three')
  expect(lines).toEqual(['web: one', 'web: two', 'db: three'])
  // Of what is new, everything is wanted.
  expect(source.asked).toEqual([
    { run: '1', selection: { tail: 2, isFollowing: true } },
    { run: '2', selection: { isFollowing: true } },
    { run: 'db', selection: { isFollowing: true } },
  ])
  source.list = source.list.map((container) => ({ ...container, state: 'ended' as const }))
  source.end('2')
  source.end('db')
  await clock.run(done)
})

test('it goes on while a container is to be started again, and ends when the environment has gone', async () => {
  const waiting = aLoggedContainer('web', 'app', { state: 'waiting', startedAt: '2030-01-01T00:00:00Z' })
  const source = new ScriptedLogs([waiting])
  const { clock, world, done } = setUp(source)
  await clock.advance(0)
  source.end('web/app')
  await clock.advance(60_000)
  expect(clock.sleeping).toBe(1)
  source.list = []
  world.isThere = false
  await clock.run(done)
})

test('the signal ends it at once', async () => {
  const { clock, abort, done } = setUp(new ScriptedLogs([aLoggedContainer('web', 'app')]))
  await clock.advance(0)
  abort.abort()
  await done
})

test('a log that cannot be read is told once', async () => {
  const source = new ScriptedLogs([aLoggedContainer('web', 'app', { state: 'ended' })])
  source.unreadable.add('web')
  const { clock, problems, done } = setUp(source)
  await clock.run(done)
  expect(problems).toEqual(['web/app: no such container'])
})
