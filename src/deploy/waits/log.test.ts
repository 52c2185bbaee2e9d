import { expect, test } from 'vitest'
import { FakeCluster } from '../../../test/rig/fake-cluster.ts'
import type { ContainerChoice, LogPiece } from '../../drivers/cluster.ts'
import { logWait } from './log.ts'
import type { TextPattern } from './text-pattern.ts'

/** Looks at these pieces, one list per look; remembers with which marks each was asked for. */
function wait(line: TextPattern, looks: readonly (readonly LogPiece[])[], choice: ContainerChoice = {}) {
  const asked: Record<string, string>[] = []
  const cluster = Object.assign(new FakeCluster(), {
    newLogs: async (_: string, __: ContainerChoice, marks: ReadonlyMap<string, string>) => {
      asked.push(Object.fromEntries(marks))
      return looks[asked.length - 1] ?? []
    },
  })
  const strategy = logWait(line, choice)
  const look = () =>
    strategy.look({ service: 'api', cluster, restarts: 0, signal: new AbortController().signal })
  return { asked, look }
}

const piece = (lines: readonly string[], more: Partial<LogPiece> = {}): LogPiece => ({
  container: 'api-1/app',
  run: 'api-1 app 0',
  lines,
  ...more,
})

test.each<[TextPattern, boolean]>([
  ['ready to accept', true],
  [/READY to \w+ connections$/i, true],
  ['Ready', false],
  [/^ready/, false],
])('a line with %s in it has been printed: %s', async (line, isThere) => {
  const { look } = wait(line, [[piece(['starting', 'now ready to accept connections'])]])
  expect((await look()).isReady).toBe(isThere)
})

test('each look goes on where the one before ended', async () => {
  const { look, asked } = wait('ready', [
    [piece(['one'], { mark: 't1' })],
    [piece([])],
    [piece(['ready'], { mark: 't2' })],
  ])
  const reason = 'api-1/app has not printed it yet'
  expect([await look(), await look(), await look()]).toEqual([
    { isReady: false, reason },
    { isReady: false, reason },
    { isReady: true },
  ])
  expect(asked).toEqual([{}, { 'api-1 app 0': 't1' }, { 'api-1 app 0': 't1' }])
})

test('no container yet is told, with what was chosen', async () => {
  const { look } = wait('ready', [[]], { container: 'app', pod: 'api' })
  expect(await look()).toEqual({ isReady: false, reason: 'no container app of api was started yet' })
})
