import { describe, expect, test } from 'vitest'
import { type ClusterScript, FakeCluster } from '../../../test/rig/fake-cluster.ts'
import { localServer } from '../../../test/rig/local-server.ts'
import { type WaitDescription, waitStrategy } from './strategies.ts'
import type { WaitState } from './wait-strategy.ts'

function look(wait: WaitDescription, script: ClusterScript = {}, signal?: AbortSignal): Promise<WaitState> {
  return waitStrategy(wait).look({
    service: 'api',
    cluster: new FakeCluster(script),
    restarts: 0,
    signal: signal ?? new AbortController().signal,
  })
}

const isReady = { isReady: true }

describe('rollout', () => {
  test('is ready when every workload is', async () => {
    expect(await look({ kind: 'rollout' })).toEqual(isReady)
  })

  test('says how far it is', async () => {
    const rollout = () => ({ ready: 1, total: 3, waitingFor: 'api-1/main to start' })
    expect(await look({ kind: 'rollout' }, { rollout })).toEqual({
      isReady: false,
      reason: '1/3 ready, waiting for api-1/main to start',
    })
  })

  test('R6: says when waiting cannot help', async () => {
    const failure = { message: 'it crashes', detail: 'last words', hint: 'fix it' }
    const state = await look(
      { kind: 'rollout' },
      { rollout: () => ({ ready: 0, total: 1, waitingFor: '', failure }) },
    )
    expect(state).toEqual({ isReady: false, reason: 'it crashes', failure })
  })
})

describe('R1: exec asks what is really needed', () => {
  const wait: WaitDescription = { kind: 'exec', command: ['psql', '-c', 'SELECT 1'] }

  test('and is ready when the command ends well', async () => {
    expect(
      await look(wait, { exec: (command) => ({ exitCode: command[0] === 'psql' ? 0 : 1, output: '' }) }),
    ).toEqual(isReady)
  })

  test('and says the last thing the command said', async () => {
    const exec = () => ({ exitCode: 2, output: 'connecting\npsql: the database system is starting up\n' })
    expect(await look(wait, { exec })).toEqual({
      isReady: false,
      reason: 'psql exited with 2: psql: the database system is starting up',
    })
  })
})

describe('http', () => {
  const wait = (status = 200): WaitDescription => ({ kind: 'http', port: 'api', path: '/ready', status })

  test('is ready when the wanted status comes', async () => {
    const hostPort = await localServer((_, response) => response.writeHead(204).end())
    expect(await look(wait(204), { hostPort })).toEqual(isReady)
  })

  test('says what came instead, with the first line of it', async () => {
    const hostPort = await localServer((request, response) =>
      response.writeHead(503).end(`no ${request.url}\nmore`),
    )
    expect(await look(wait(), { hostPort })).toEqual({
      isReady: false,
      reason: 'GET /ready answered 503, not 200: no /ready',
    })
  })

  test('says that nobody listens', async () => {
    expect(await look(wait(), { hostPort: 1 })).toMatchObject({
      reason: expect.stringContaining('ECONNREFUSED'),
    })
  })

  test('does not take the end of its time for an answer', async () => {
    const hostPort = await localServer(() => {})
    const abort = new AbortController()
    const looking = look(wait(), { hostPort }, abort.signal)
    abort.abort()
    await expect(looking).rejects.toThrow()
  })
})

describe('tcp', () => {
  const wait: WaitDescription = { kind: 'tcp', port: 'api' }

  test('is ready when a connection is accepted and kept', async () => {
    expect(await look(wait, { hostPort: await localServer(() => {}) })).toEqual(isReady)
  })

  test('says that nobody listens', async () => {
    expect(await look(wait, { hostPort: 1 })).toMatchObject({
      isReady: false,
      reason: expect.stringMatching(/^port api: .*ECONNREFUSED/),
    })
  })
})

test('each strategy is named as the configuration has it', () => {
  const all: WaitDescription[] = [
    { kind: 'rollout' },
    { kind: 'exec', command: ['psql', '-c', 'SELECT 1'] },
    { kind: 'http', port: 'api', path: '/ready', status: 200 },
    { kind: 'tcp', port: 'api' },
  ]
  expect(all.map((wait) => waitStrategy(wait).name)).toEqual([
    'rollout',
    'exec psql -c SELECT 1',
    'http api /ready',
    'tcp api',
  ])
})
