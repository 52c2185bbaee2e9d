import { describe, expect, test } from 'vitest'
import { localServer } from '../../../test/rig/local-server.ts'
import { aContainer, aPod } from '../../../test/rig/pods.ts'
import type { ExecOutcome } from '../cluster.ts'
import type { ContainerState } from './observer.ts'
import type { PodPlan, ReadinessCheck } from './pod-plan.ts'
import { rolloutOf } from './rollout.ts'

function state(of: Partial<ContainerState> = {}): ContainerState {
  return {
    name: 'app',
    status: 'running',
    exitCode: 0,
    restartPolicy: 'always',
    restarts: 0,
    isOutOfMemory: false,
    hostPorts: new Map(),
    ...of,
  }
}

interface Situation {
  readonly pod?: PodPlan
  readonly containers?: readonly ContainerState[]
  readonly restarts?: number
  readonly answer?: ExecOutcome
}

function rollout({ pod = aPod(), containers = [state()], restarts = 3, answer }: Situation) {
  return rolloutOf(pod, {
    containers,
    restarts,
    nameOf: ({ name }) => name,
    exec: async () => answer ?? { exitCode: 0, output: '' },
    logs: async () => 'the last words',
    signal: undefined,
  })
}

const exited = (exitCode: number, more: Partial<ContainerState> = {}) =>
  state({ status: 'exited', exitCode, ...more })
const job = (restart: 'no' | 'on-failure:2') =>
  aPod({ runsToCompletion: true, containers: [aContainer({ restart })] })
const ready = { ready: 1, total: 1, waitingFor: '' }

describe('a pod is ready', () => {
  test.each<[string, Situation]>([
    ['when its container runs', {}],
    ['when it was restarted no more often than is tolerated', { containers: [state({ restarts: 3 })] }],
    ['when its Job has ended well', { pod: job('on-failure:2'), containers: [exited(0)] }],
    [
      'when its Job has ended well at last',
      { pod: job('on-failure:2'), containers: [exited(0, { restarts: 2 })], restarts: 0 },
    ],
    [
      'when it ended well and was not to be restarted',
      { pod: aPod({ containers: [aContainer({ restart: 'no' })] }), containers: [exited(0)] },
    ],
  ])('%s', async (_, situation) => {
    expect(await rollout(situation)).toEqual(ready)
  })
})

describe('a pod is waited for', () => {
  test.each<[string, Situation, string]>([
    ['that was just made', { containers: [state({ status: 'created' })] }, 'web/app to start'],
    ['that is about to be restarted', { containers: [exited(1)] }, 'web/app to restart'],
    ['whose Job runs', { pod: job('on-failure:2') }, 'web/app to complete'],
    [
      'whose Job is tried again',
      { pod: job('on-failure:2'), containers: [exited(1, { restarts: 1 })] },
      'web/app to be tried again',
    ],
    [
      'of which one container is not up yet',
      {
        pod: aPod({ containers: [aContainer(), aContainer({ name: 'side' })] }),
        containers: [state(), state({ name: 'side', status: 'created' })],
      },
      'web/side to start',
    ],
  ])('%s', async (_, situation, waitingFor) => {
    expect(await rollout(situation)).toEqual({ ready: 0, total: 1, waitingFor })
  })
})

describe('R6: a pod fails at once, with its last words', () => {
  test.each<[string, Situation, string]>([
    [
      'that crashes again and again',
      { containers: [exited(1, { restarts: 4 })] },
      'web/app crashes: it was restarted 4 times, last after exit code 1',
    ],
    [
      'that crashes and is up for a moment',
      { containers: [state({ restarts: 4 })] },
      'web/app crashes: it was restarted 4 times',
    ],
    [
      'that may not crash at all',
      { containers: [state({ restarts: 1 })], restarts: 0 },
      'web/app crashes: it was restarted 1 times',
    ],
    [
      'whose Job has failed as often as it may',
      { pod: job('on-failure:2'), containers: [exited(3, { restarts: 2 })] },
      'web/app exited with code 3',
    ],
    [
      'whose Job may not be tried again',
      { pod: job('no'), containers: [exited(3)] },
      'web/app exited with code 3',
    ],
  ])('%s', async (_, situation, message) => {
    const { failure, ready: isReady } = await rollout(situation)
    expect(failure).toMatchObject({ message, detail: 'the last words' })
    expect(isReady).toBe(0)
  })

  test('that is gone', async () => {
    expect((await rollout({ containers: [] })).failure?.message).toBe('web/app does not exist any more')
  })

  test.each([
    ['told so by the engine', { isOutOfMemory: true }],
    ['told so by its exit code', { exitCode: 137 }],
  ])('with a hint when memory ran out, %s', async (_, more) => {
    const { failure } = await rollout({ pod: job('no'), containers: [exited(1, more)] })
    expect(failure?.hint).toContain('resources.limits.memory')
    expect((await rollout({ pod: job('no'), containers: [exited(1)] })).failure).not.toHaveProperty('hint')
  })
})

describe('a probe', () => {
  const probed = (check: ReadinessCheck) => aPod({ containers: [aContainer({ readiness: [check] })] })

  /** The host port of a server that answers with this status. */
  const served = (status: number): Promise<number> =>
    localServer((request, response) => response.writeHead(request.url === '/ready' ? status : 404).end())

  test('that runs a command says how it ended', async () => {
    const pod = probed({ kind: 'exec', command: ['pg_isready', '-q'], timeoutMs: 1_000 })
    expect(await rollout({ pod })).toEqual(ready)
    expect((await rollout({ pod, answer: { exitCode: 2, output: 'no response\nat all' } })).waitingFor).toBe(
      'web/app: pg_isready exited with 2: no response',
    )
  })

  test.each([
    [200, ''],
    [302, ''],
    [404, 'web/app: GET /ready answered 404'],
    [503, 'web/app: GET /ready answered 503'],
  ])('over HTTP takes %s as the kubelet does', async (status, waitingFor) => {
    const pod = probed({ kind: 'http', port: 8080, path: '/ready', isTls: false })
    const containers = [state({ hostPorts: new Map([[8080, await served(status)]]) })]
    expect((await rollout({ pod, containers })).waitingFor).toBe(waitingFor)
  })

  test('over TCP wants a listener, and a port that is out already', async () => {
    const pod = probed({ kind: 'tcp', port: 5432 })
    const port = await served(200)
    expect(await rollout({ pod, containers: [state({ hostPorts: new Map([[5432, port]]) })] })).toEqual(ready)
    expect((await rollout({ pod })).waitingFor).toBe('web/app: port 5432 is not published yet')
    const nobody = [state({ hostPorts: new Map([[5432, 1]]) })]
    expect((await rollout({ pod, containers: nobody })).waitingFor).toContain('ECONNREFUSED')
  })
})
