import { type AddressInfo, createServer } from 'node:net'
import { describe, expect, onTestFinished, test } from 'vitest'
import { type ClusterScript, FakeCluster } from '../../test/rig/fake-cluster.ts'
import { configOf } from '../../test/rig/sample-config.ts'
import { RecordingContext } from '../../test/rig/task-context.ts'
import { untilSettled } from '../../test/rig/until-settled.ts'
import { VirtualClock } from '../../test/rig/virtual-clock.ts'
import type { Service } from '../config/config.ts'
import type { Cluster, RolloutState } from '../drivers/cluster.ts'
import type { TaskResult } from '../engine/task-context.ts'
import { TaskError } from '../engine/task-error.ts'
import { timeoutFailure } from '../engine/task-failures.ts'
import { awaitReady } from './ready.ts'
import type { RunScope } from './run-scope.ts'

const up: RolloutState = { ready: 1, total: 1, waitingFor: '' }
const starting: RolloutState = { ready: 0, total: 1, waitingFor: 'api/main to start' }

function serviceOf(ready: string): Service {
  const service = configOf(`
project: shop
images: {}
services: { api: { apply: api.yaml, ready: ${ready} } }
environments: { e2e: { services: [api], cluster: { provider: podman } } }`).services.get('api')
  if (service === undefined) throw new Error('no service')
  return service
}

interface Wait {
  readonly cluster: FakeCluster
  readonly context: RecordingContext
  readonly clock: VirtualClock
  readonly result: Promise<TaskResult>
}

function wait(script: ClusterScript, ready = '[rollout]'): Wait {
  const cluster = new FakeCluster(script)
  const context = new RecordingContext()
  const clock = new VirtualClock()
  const scope: Pick<RunScope, 'cluster' | 'clock'> = { cluster, clock }
  return { cluster, context, clock, result: awaitReady(serviceOf(ready), scope as RunScope, context) }
}

async function failureOf(result: Promise<unknown>): Promise<TaskError> {
  const error = await result.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (!(error instanceof TaskError)) throw new Error(`a TaskError was expected, not ${error}`)
  return error
}

/** What the engine aborts a task with when its time is over. */
const timeIsOver = new TaskError(
  timeoutFailure(
    { id: 'ready:api', kind: 'ready', phase: 'deploy', needs: [], slots: {}, expectedMs: 0 },
    1_000,
  ),
)

test('R9: it looks again and again until the service is ready, and tells each new reason once', async () => {
  const { context, clock, result } = wait({
    rollout: (look) => {
      if (look < 6) return starting
      return look < 10 ? { ...starting, waitingFor: 'api/main: GET /ready answered 503' } : up
    },
  })
  expect(await clock.run(result)).toEqual({ outcome: 'succeeded' })
  expect(context.told.filter((line) => !line.startsWith('info'))).toEqual([
    'rollout: 0/1 ready, waiting for api/main to start',
    'rollout: 0/1 ready, waiting for api/main: GET /ready answered 503',
  ])
})

test('strategies hold one after another', async () => {
  const commands: string[] = []
  const { clock, result, cluster } = wait(
    {
      rollout: (look) => (look < 2 ? starting : up),
      exec: ([command = '']) => {
        commands.push(`${command} after ${cluster.looks >= 2}`)
        return { exitCode: 0, output: '' }
      },
    },
    '[rollout, { exec: [first] }, { exec: [second] }]',
  )
  await clock.run(result)
  expect(commands).toEqual(['first after true', 'second after true'])
})

test('R6: what waiting cannot help ends the wait at once, with the last words', async () => {
  const failure = { message: 'api/main crashes', detail: 'panic: no config', hint: 'look at it' }
  const { clock, result } = wait({ rollout: () => ({ ...starting, failure }) })
  const error = await failureOf(result)
  expect(error.failure).toEqual({
    code: 'E_NOT_READY',
    message: 'api will not become ready: api/main crashes',
    detail: 'panic: no config',
    hint: 'look at it',
  })
  expect(clock.now()).toBe(0)
})

test('R6: a crash ends another wait as well', async () => {
  const failure = { message: 'api/main crashes', detail: '' }
  const { result } = wait(
    {
      rollout: (look) => (look === 0 ? up : { ...starting, failure }),
      exec: () => ({ exitCode: 1, output: '' }),
    },
    '[rollout, { exec: [check] }]',
  )
  expect((await failureOf(result)).failure.message).toBe('api will not become ready: api/main crashes')
})

test('when the time is over between two looks, what was missing is told, and what the service said', async () => {
  const { context, clock, result } = wait({ rollout: () => starting, logs: () => 'listening soon' })
  const failed = failureOf(result)
  await clock.advance(1_000)
  context.abort(timeIsOver)
  expect((await failed).failure).toMatchObject({
    code: 'E_NOT_READY',
    message: 'still waiting for rollout: 0/1 ready, waiting for api/main to start',
    detail: 'listening soon',
    hint: expect.stringContaining('timeout'),
  })
})

test('when the time is over during a look, the same is told', async () => {
  const { context, clock, result } = wait({
    rollout: (look) => {
      if (look < 4) return starting
      context.abort(timeIsOver)
      throw new Error('podman was cancelled')
    },
    logs: () => 'listening soon',
  })
  const failed = failureOf(result)
  await clock.advance(10_000)
  expect((await failed).failure).toMatchObject({
    message: 'still waiting for rollout: 0/1 ready, waiting for api/main to start',
    detail: 'listening soon',
  })
})

test('when not even the logs can be had, the reason is told without them', async () => {
  const { context, clock, result } = wait({
    rollout: () => starting,
    logs: () => {
      throw new Error('podman is gone')
    },
  })
  const failed = failureOf(result)
  await clock.advance(1_000)
  context.abort(timeIsOver)
  expect((await failed).failure.message).toContain('api/main to start')
})

test('an interrupt is passed on as it came, and nobody sleeps any more', async () => {
  const { context, clock, result } = wait({ rollout: () => starting })
  const interrupted = new Error('interrupted')
  const failed = expect(result).rejects.toBe(interrupted)
  await clock.advance(1_000)
  context.abort(interrupted)
  await failed
  expect(clock.sleeping).toBe(0)
})

describe('R8: the ports of a service of which nothing is said of `ready`', () => {
  async function waitForPorts(more: string, hostPort: number) {
    const service = configOf(`
project: shop
images: {}
services: { api: { apply: api.yaml, ports: { web: 80 }${more} } }
environments: { e2e: { services: [api], cluster: { provider: podman } } }`).services.get('api')
    if (service === undefined) throw new Error('no service')
    const context = new RecordingContext()
    const clock = new VirtualClock()
    const scope: Pick<RunScope, 'cluster' | 'clock'> = { cluster: new FakeCluster({ hostPort }), clock }
    return { context, clock, result: awaitReady(service, scope as RunScope, context) }
  }

  /** A port on which nothing listens. */
  async function closedPort(): Promise<number> {
    const server = createServer()
    await new Promise<void>((resolve) => server.listen({ host: '127.0.0.1', port: 0 }, resolve))
    const { port } = server.address() as AddressInfo
    await new Promise((resolve) => server.close(resolve))
    return port
  }

  test('are waited for', async () => {
    const port = await closedPort()
    const { context, clock, result } = await waitForPorts('', port)
    const server = createServer()
    onTestFinished(() => void server.close())
    await new Promise<void>((resolve) => {
      context.progress = () => void server.listen({ host: '127.0.0.1', port }, resolve)
    })
    await clock.advance(100)
    expect(await result).toEqual({ outcome: 'succeeded' })
    expect(context.told).toEqual([])
  })

  test.each([
    ['', '15.0s'],
    [', timeout: 10s', '5.0s'],
  ])(
    'are no failure when nothing opens them, and take no more than half of the time%s',
    async (more, told) => {
      const { context, clock, result } = await waitForPorts(more, await closedPort())
      expect(await untilSettled(clock, result)).toEqual({ outcome: 'succeeded' })
      expect(context.told.at(-1)).toMatch(
        new RegExp(
          `^info tcp web: not open after ${told.replace('.', '\\.')}, and not waited for any longer: port web: .*ECONNREFUSED`,
        ),
      )
      expect(clock.now()).toBeLessThan(17_000)
    },
  )

  test('are of no concern when something is said of it', async () => {
    const { clock, result } = await waitForPorts(', ready: [rollout]', await closedPort())
    expect(await untilSettled(clock, result)).toEqual({ outcome: 'succeeded' })
    expect(clock.now()).toBe(0)
  })

  test('are not waited for after an interrupt', async () => {
    const { context, clock, result } = await waitForPorts('', await closedPort())
    const interrupted = new Error('interrupted')
    context.progress = () => context.abort(interrupted)
    await expect(untilSettled(clock, result)).rejects.toBe(interrupted)
    expect(clock.sleeping).toBe(0)
  })
})

describe('R9: the time of a condition of its own', () => {
  const ready = '[rollout, { exec: [first] }, { exec: [check], timeout: 30s }]'
  const exec = ([command]: readonly string[]) => ({
    exitCode: command === 'check' ? 1 : 0,
    output: 'not yet',
  })

  test('ends the wait, with its name, what was seen last, and what held before and when', async () => {
    const { clock, result } = wait(
      { rollout: (look) => (look < 12 ? starting : up), exec, logs: () => 'listening soon' },
      ready,
    )
    const failed = failureOf(result)
    await clock.advance(60_000)
    expect((await failed).failure).toMatchObject({
      code: 'E_NOT_READY',
      message:
        'exec check did not hold within its 30.0s: check exited with 1: not yet (held before: rollout after 4.0s, exec first after 4.0s)',
      detail: 'listening soon',
      hint: 'raise `timeout` of this condition of api if it only needs longer',
    })
    expect(clock.sleeping).toBe(0)
  })

  test('is measured from when it is first looked at', async () => {
    const { clock, result } = wait({ rollout: (look) => (look < 200 ? starting : up) }, ready)
    await clock.run(result)
    expect(clock.now()).toBeGreaterThan(30_000)
    expect(clock.sleeping).toBe(0)
  })

  test('cuts a look short that does not end', async () => {
    const { cluster, clock, result } = wait({}, '[rollout, { exec: [check], timeout: 30s }]')
    const exec = (...[, , { signal }]: Parameters<Cluster['exec']>) =>
      new Promise((_, reject) => signal?.addEventListener('abort', () => reject(new Error('killed'))))
    Object.assign(cluster, { exec })
    const failed = failureOf(result)
    await clock.advance(30_000)
    expect((await failed).failure.message).toBe(
      'exec check did not hold within its 30.0s: its first answer (held before: rollout after 0.0s)',
    )
  })

  test('is of no concern when that of the service is over before', async () => {
    const { context, clock, result } = wait({ exec }, ready)
    const failed = failureOf(result)
    await clock.advance(10_000)
    context.abort(timeIsOver)
    expect((await failed).failure.message).toMatch(/^still waiting for exec check: .* \(held before: rollout/)
    await clock.advance(0)
    expect(clock.sleeping).toBe(0)
  })
})

describe('a cluster that tells of changes', () => {
  /** Those that wait for the next change. */
  function telling(cluster: FakeCluster) {
    const waiting = new Set<AbortController>()
    const nextChange = (signal: AbortSignal) =>
      new Promise<void>((resolve) => {
        const change = new AbortController()
        waiting.add(change)
        for (const end of [signal, change.signal]) {
          end.addEventListener('abort', () => {
            waiting.delete(change)
            resolve()
          })
        }
      })
    Object.assign(cluster, { nextChange })
    return waiting
  }

  test('R7: wakes a wait for workloads without any time passing', async () => {
    let isUp = false
    const { cluster, clock, result } = wait({ rollout: () => (isUp ? up : starting) })
    const waiting = telling(cluster)
    await clock.advance(0)
    isUp = true
    for (const change of waiting) change.abort()
    expect(await result).toEqual({ outcome: 'succeeded' })
    expect([clock.now(), clock.sleeping, waiting.size]).toEqual([0, 0, 0])
  })

  test('is not asked by waits that have to look for themselves', async () => {
    let calls = 0
    const { cluster, clock, result } = wait(
      { exec: () => ({ exitCode: calls++ < 5 ? 1 : 0, output: '' }) },
      '[{ exec: [check] }]',
    )
    const waiting = telling(cluster)
    await clock.advance(100)
    expect(waiting.size).toBe(0)
    await clock.run(result)
  })

  test('leaves nobody waiting when the time is over', async () => {
    const { cluster, context, clock, result } = wait({ rollout: () => starting })
    const waiting = telling(cluster)
    const failed = failureOf(result)
    await clock.advance(10_000)
    expect(waiting.size).toBe(1)
    context.abort(timeIsOver)
    await failed
    expect([clock.sleeping, waiting.size]).toEqual([0, 0])
  })
})
