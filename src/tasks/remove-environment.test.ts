import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { FakeEngine } from '../../test/rig/fake-engine.ts'
import { FakePodman } from '../../test/rig/fake-podman.ts'
import { temporaryDirectory } from '../../test/rig/temp-directory.ts'
import type { CallOptions } from '../drivers/container-engine.ts'
import { Podman } from '../drivers/podman/podman.ts'
import { removeEnvironmentPods } from '../drivers/pods/pod-cluster.ts'
import { removeVolumeDirectory } from '../drivers/pods/volume-files.ts'
import { CommandError } from '../exec/command-error.ts'
import { identify, isAlive } from '../exec/process-tree.ts'
import { EnvironmentStore } from '../state/environment-store.ts'
import { PortLeases } from '../state/port-leases.ts'
import { type Removal, removeEnvironment } from './remove-environment.ts'

const record = { id: 'shop-e2e-1', projectId: 'shop-1', directories: [] as string[] }
const ours = { 'dev.kindling.project': 'shop-1' }

const hung = new CommandError({
  ...{ command: { program: 'podman', args: ['pod', 'rm'] }, reason: 'timeout', durationMs: 60_000 },
  ...{ tail: '', stderr: '' },
})

/** A host with an environment of which something of every sort is left. */
function setUp({ isProjectIdle = true }: { readonly isProjectIdle?: boolean } = {}) {
  const state = temporaryDirectory({ 'environments/shop-e2e-1/volumes/data/x': '' })
  const handOver = temporaryDirectory({ 'env.json': '{}' })
  const fake = new FakePodman()
  fake.pods.set('shop-e2e-1-web', { name: 'shop-e2e-1-web', labels: {} })
  fake.networks.add('shop-e2e-1')
  const engine = new FakeEngine()
  const store = new EnvironmentStore(state)
  const ports = new PortLeases(state, async () => true)
  const removed: string[] = []
  const volumeDirectory = join(state, 'environments/shop-e2e-1/volumes')
  const removal = {
    removeCluster: async () => {
      const podman = new Podman(fake.exec)
      const removed = await removeEnvironmentPods(podman, record.id, {})
      await removeVolumeDirectory(podman, volumeDirectory)
      return removed
    },
    engine,
    store,
    ports,
    isProjectIdle: () => isProjectIdle,
    onRemoved: (what: string) => removed.push(what),
  }
  const remove = (changed: Partial<Removal> = {}) =>
    removeEnvironment({ ...record, directories: [handOver] }, { ...removal, ...changed }, {})
  const given = (...references: readonly string[]) => {
    for (const reference of references) store.journal(record.id).append({ kind: 'image', reference })
  }
  return { state, handOver, fake, engine, store, ports, removed, volumeDirectory, remove, given }
}

test('everything of the environment goes, and is told; doing it again is harmless', async () => {
  const { state, handOver, fake, engine, ports, removed, volumeDirectory, remove, given } = setUp()
  engine.add(ours, 'localhost/shop/api:1')
  given('localhost/shop/api:1')
  await ports.acquire(record.id, [{ use: 'web.http' }])
  await ports.acquire('other', [{ use: 'web.http' }])
  await remove()
  expect(removed).toEqual(['pod shop-e2e-1-web', 'network shop-e2e-1', 'image localhost/shop/api:1'])
  expect([fake.pods.size, fake.networks.size, engine.images.length]).toEqual([0, 0, 0])
  expect([handOver, volumeDirectory, join(state, 'environments/shop-e2e-1')].map(existsSync)).toEqual([
    false,
    false,
    false,
  ])
  expect(ports.list().map(({ owner }) => owner)).toEqual(['other'])
  await remove()
  expect(removed).toHaveLength(3)
})

test('I9: an image that another environment has a name for stays under that', async () => {
  const { engine, remove, given } = setUp()
  engine.add(ours, 'localhost/shop/api:1', 'localhost/shop/api:2')
  given('localhost/shop/api:1')
  await remove()
  expect(engine.names()).toEqual(['localhost/shop/api:2'])
})

test('layers without a name go, but not while somebody of the project may be building on them', async () => {
  for (const isProjectIdle of [true, false]) {
    const { engine, remove } = setUp({ isProjectIdle })
    engine.add(ours)
    engine.add({ 'dev.kindling.project': 'other' })
    await remove()
    expect(engine.images).toHaveLength(isProjectIdle ? 1 : 2)
  }
})

test('an image that is in use stays, quietly', async () => {
  const { engine, removed, remove, given } = setUp()
  engine.add(ours, 'localhost/shop/api:1')
  engine.inUse.add('localhost/shop/api:1')
  given('localhost/shop/api:1')
  await remove()
  expect(removed).not.toContain('image localhost/shop/api:1')
})

test('E1: a process that a killed run left ends first', async () => {
  const { store, removed, remove } = setUp()
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], {
    detached: true,
    stdio: 'ignore',
  })
  onTestFinished(() => {
    child.kill('SIGKILL')
  })
  await once(child, 'spawn')
  const left = identify(child.pid ?? 0)
  if (left === undefined) throw new Error('the process did not start')
  store.journal(record.id).append({ kind: 'process', process: left, program: 'podman' })
  await remove()
  expect(removed[0]).toBe(`process ${left.pid}`)
  expect(isAlive(left)).toBe(false)
})

test('what failed half-way is still known, so that another attempt can finish it', async () => {
  const { fake, store, remove, given } = setUp()
  given('localhost/shop/api:1')
  fake.failures.set('pod rm', 'Error: storage is busy')
  await expect(remove()).rejects.toThrow('125')
  expect(store.journal(record.id).images()).toEqual(['localhost/shop/api:1'])
  fake.failures.clear()
  await remove()
  expect(store.journal(record.id).images()).toEqual([])
})

test('an engine that hangs is given up, and asked once more', async () => {
  const { remove } = setUp()
  const limits: (number | undefined)[] = []
  const hangs = (times: number) => async (options: CallOptions) => {
    limits.push(options.timeoutMs)
    if (limits.length <= times) throw hung
    return []
  }
  const notices: string[] = []
  await remove({ removeCluster: hangs(1), onNotice: (text) => notices.push(text) })
  expect(limits).toEqual([60_000, 60_000])
  expect(notices).toEqual(['`podman pod rm` did not answer and was ended; once more'])
  limits.length = 0
  await expect(remove({ removeCluster: hangs(9) })).rejects.toBe(hung)
  expect(limits).toHaveLength(2)
})
