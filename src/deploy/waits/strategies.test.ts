import { describe, expect, test } from 'vitest'
import { type ClusterScript, FakeCluster } from '../../../test/rig/fake-cluster.ts'
import { localServer } from '../../../test/rig/local-server.ts'
import type { Cluster, ObjectCondition, RolloutOptions, RolloutState } from '../../drivers/cluster.ts'
import { type WaitDescription, waitStrategy } from './strategies.ts'
import type { WaitState } from './wait-strategy.ts'

function lookAt(cluster: Cluster, wait: WaitDescription): Promise<WaitState> {
  const { signal } = new AbortController()
  return waitStrategy(wait).look({ service: 'api', cluster, restarts: 0, signal })
}

function look(wait: WaitDescription, script: ClusterScript = {}): Promise<WaitState> {
  return lookAt(new FakeCluster(script), wait)
}

/** A cluster that answers in one way more than the others. */
function clusterThat(more: Partial<Cluster>): Cluster {
  return Object.assign(new FakeCluster(), more)
}

const isReady = { isReady: true }
const half: RolloutState = { ready: 1, total: 2, waitingFor: 'api-1/main to start' }
const none: RolloutState = { ready: 0, total: 0, waitingFor: '' }

describe('rollout', () => {
  test('is ready when every workload is', async () => {
    expect(await look({ kind: 'rollout' })).toEqual(isReady)
  })

  test('says how far it is', async () => {
    expect(await look({ kind: 'rollout' }, { rollout: () => half })).toEqual({
      isReady: false,
      reason: '1/2 ready, waiting for api-1/main to start',
    })
  })

  test('R6: says when waiting cannot help', async () => {
    const failure = { message: 'it crashes', detail: 'last words', hint: 'fix it' }
    expect(await look({ kind: 'rollout' }, { rollout: () => ({ ...half, failure }) })).toEqual({
      isReady: false,
      reason: 'it crashes',
      failure,
    })
  })
})

describe('job', () => {
  test('asks for the Jobs alone, or for the one that is named', async () => {
    const asked: RolloutOptions['job'][] = []
    const cluster = clusterThat({
      rollout: async (_service, _restarts, { job }) => {
        asked.push(job)
        return { ready: 1, total: 1, waitingFor: '' }
      },
    })
    expect(await lookAt(cluster, { kind: 'job' })).toEqual(isReady)
    expect(await lookAt(cluster, { kind: 'job', name: 'migrate' })).toEqual(isReady)
    expect(asked).toEqual([true, 'migrate'])
  })

  test('R7: that is not there is never complete', async () => {
    expect(await look({ kind: 'job', name: 'migrat' }, { rollout: () => none })).toMatchObject({
      isReady: false,
      failure: { message: 'the manifests have no Job `migrat`' },
    })
  })
})

describe('R8: endpoints', () => {
  const serving = (state: RolloutState) => clusterThat({ endpoints: async () => state })

  test('are ready when every Service has an address', async () => {
    expect(await lookAt(serving({ ready: 2, total: 2, waitingFor: '' }), { kind: 'endpoints' })).toEqual(
      isReady,
    )
  })

  test('say which one is missing', async () => {
    expect(
      await lookAt(serving({ ready: 1, total: 2, waitingFor: 'an address behind Service api' }), {
        kind: 'endpoints',
      }),
    ).toEqual({ isReady: false, reason: '1/2 ready, waiting for an address behind Service api' })
  })

  test('of a Service that is not there never come', async () => {
    expect(await lookAt(serving(none), { kind: 'endpoints', name: 'web' })).toMatchObject({
      failure: { message: 'the manifests have no Service `web`' },
    })
  })

  test('are refused by a provider that knows none', async () => {
    expect(await look({ kind: 'endpoints' })).toMatchObject({
      failure: { message: 'the provider fake cannot serve the condition `endpoints`' },
    })
  })
})

describe('condition', () => {
  const object = { kind: 'Certificate', name: 'web' }
  const wait: WaitDescription = { kind: 'condition', object, type: 'Ready', status: 'True' }

  test('asks for what is configured, and tells what is missing in its words', async () => {
    const asked: ObjectCondition[] = []
    const cluster = clusterThat({
      condition: async (_service, condition) => {
        asked.push(condition)
        return { ready: 0, total: 1, waitingFor: 'Certificate web: Ready is False' }
      },
    })
    expect(await lookAt(cluster, wait)).toEqual({ isReady: false, reason: 'Certificate web: Ready is False' })
    expect(asked).toMatchObject([{ object, type: 'Ready', status: 'True' }])
  })

  test('holds when it is met', async () => {
    const met = { ready: 1, total: 1, waitingFor: '' }
    expect(await lookAt(clusterThat({ condition: async () => met }), wait)).toEqual(isReady)
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

  test('in the container and pod that are named', async () => {
    const asked: unknown[] = []
    const cluster = clusterThat({
      exec: async (_service, _command, { container, pod }) => {
        asked.push({ container, pod })
        return { exitCode: 0, output: '' }
      },
    })
    await lookAt(cluster, { ...wait, container: 'db', pod: 'postgres-1' })
    expect(asked).toEqual([{ container: 'db', pod: 'postgres-1' }])
  })

  test('and a container that goes while it is asked is not ready', async () => {
    const exec = () => {
      throw new Error('the connection was closed')
    }
    expect(await look(wait, { exec })).toEqual({ isReady: false, reason: 'the connection was closed' })
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
  const request = { port: 'api', path: '/ready', method: 'GET', headers: {}, status: [] }
  const crd = { kind: 'CustomResourceDefinition', name: 'shops.example.com' }
  const all: WaitDescription[] = [
    { kind: 'rollout' },
    { kind: 'job' },
    { kind: 'job', name: 'migrate' },
    { kind: 'endpoints', name: 'api' },
    { kind: 'exec', command: ['psql', '-c', 'SELECT 1'] },
    { kind: 'http', ...request },
    { kind: 'https', ...request, isInsecure: true },
    { kind: 'tcp', port: 'api' },
    { kind: 'log', line: 'ready' },
    { kind: 'log', line: /ready/i },
    { kind: 'condition', object: crd, type: 'Established', status: 'True' },
    { kind: 'condition', object: crd, type: 'Terminating', status: 'False' },
    { kind: 'dns', name: 'api.shop' },
  ]
  expect(all.map((wait) => waitStrategy(wait).name)).toEqual([
    'rollout',
    'job',
    'job migrate',
    'endpoints api',
    'exec psql -c SELECT 1',
    'http api /ready',
    'https api /ready',
    'tcp api',
    'log "ready"',
    'log /ready/i',
    'condition CustomResourceDefinition/shops.example.com Established',
    'condition CustomResourceDefinition/shops.example.com Terminating=False',
    'dns api.shop',
  ])
})
