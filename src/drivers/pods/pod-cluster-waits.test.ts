import { describe, expect, test } from 'vitest'
import { FakePodman } from '../../../test/rig/fake-podman.ts'
import { aContainer, aPod } from '../../../test/rig/pods.ts'
import { temporaryDirectory } from '../../../test/rig/temp-directory.ts'
import { Podman } from '../podman/podman.ts'
import { PodCluster } from './pod-cluster.ts'
import type { PodPlan } from './pod-plan.ts'
import { dnsNames } from './services.ts'

const change = { beforeChange: () => {} }
const web = aPod({
  aliases: dnsNames('web', 'default'),
  containers: [aContainer(), aContainer({ name: 'side' })],
})
const job = (name: string) =>
  aPod({ name, runsToCompletion: true, containers: [aContainer({ restart: 'no' })] })

async function up(pods: readonly PodPlan[], ends: Readonly<Record<string, number>> = {}) {
  const fake = new FakePodman()
  for (const [name, exitCode] of Object.entries(ends)) fake.endsAs.set(`shop-${name}_app`, exitCode)
  const cluster = new PodCluster(new Podman(fake.exec), {
    environment: 'shop',
    pods,
    hostPorts: new Map(),
    volumeDirectory: temporaryDirectory(),
    imageId: async () => 'sha256:1',
    imageFor: (text) => text,
  })
  await cluster.start(change)
  for (const service of new Set(pods.map(({ service }) => service))) await cluster.apply(service, change)
  return { fake, cluster }
}

describe('Jobs alone', () => {
  test('are all of them, or the one that is named', async () => {
    const { cluster } = await up([web, job('migrate'), job('seed')], { migrate: 0 })
    expect(await cluster.rollout('web', 0, { job: true })).toMatchObject({ ready: 1, total: 2 })
    expect(await cluster.rollout('web', 0, { job: 'migrate' })).toMatchObject({ ready: 1, total: 1 })
    expect(await cluster.rollout('web', 0, { job: 'seed' })).toMatchObject({
      ready: 0,
      waitingFor: 'seed/app to complete',
    })
  })

  test('are none where there are none of that name', async () => {
    const { cluster } = await up([web])
    expect(await cluster.rollout('web', 0, { job: true })).toMatchObject({ total: 0 })
    expect(await cluster.rollout('web', 0, { job: 'web' })).toMatchObject({ total: 0 })
  })
})

describe('R8: the pods behind a Service', () => {
  test('are those that go by its name, ready or not', async () => {
    const { cluster, fake } = await up([web])
    expect(await cluster.endpoints('web', undefined, {})).toEqual({ ready: 1, total: 1, waitingFor: '' })
    fake.end('shop-web_app', 1)
    expect(await cluster.endpoints('web', 'web', {})).toMatchObject({ ready: 0, total: 1 })
  })

  test('are none of another name', async () => {
    const { cluster } = await up([web])
    expect(await cluster.endpoints('web', 'api', {})).toMatchObject({ total: 0 })
  })
})

describe('a container that is chosen', () => {
  test('runs the command', async () => {
    const { cluster, fake } = await up([web])
    await cluster.exec('web', ['ls'], { container: 'side' })
    expect(fake.exec.lines.at(-1)).toBe('podman exec shop-web_side ls')
  })

  test('and is not there is told', async () => {
    const { cluster } = await up([web])
    expect(await cluster.exec('web', ['ls'], { container: 'main', pod: 'web' })).toEqual({
      exitCode: 1,
      output: 'web has no container main of web to run a command in',
    })
    expect(await cluster.newLogs('web', { container: 'main' }, new Map(), {})).toEqual([])
  })
})
