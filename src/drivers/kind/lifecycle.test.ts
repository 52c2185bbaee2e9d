import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { FakeKind } from '../../../test/rig/fake-kind.ts'
import { temporaryDirectory } from '../../../test/rig/temp-directory.ts'
import { VirtualClock } from '../../../test/rig/virtual-clock.ts'
import { deferred } from '../../util/deferred.ts'
import { Podman } from '../podman/podman.ts'
import type { KindConfigAdditions } from './cluster-config/merge-config.ts'
import { readKindConfig } from './cluster-config/read-config.ts'
import { Kind } from './kind.ts'
import { KindLifecycle, type StartOptions } from './lifecycle.ts'

const twoNodes =
  'kind: Cluster\napiVersion: kind.x-k8s.io/v1alpha4\nnodes:\n- role: control-plane\n- role: worker\n'

function setUp({ name = 'shop', fake = new FakeKind(), state = temporaryDirectory() } = {}) {
  const podman = new Podman(fake.exec)
  const of = (file: string) => join(state, name, file)
  const kind = new Kind(fake.exec, { engine: podman, kubeconfig: of('kind-kubeconfig') })
  const markDirectory = of('mark')
  const locked: string[] = []
  const lifecycle = new KindLifecycle({
    kind,
    engine: podman,
    name,
    markDirectory,
    kubeconfigFile: of('kubeconfig'),
    networkFile: join(state, 'kind-network.json'),
    withLock: (lock, action) => {
      locked.push(lock)
      return action()
    },
    clock: new VirtualClock(),
  })
  const lines: string[] = []
  const changes: number[] = []
  const evidenceDirectory = of('evidence')
  const start = (
    { file, ...additions }: KindConfigAdditions & { readonly file?: string } = {},
    options: Partial<StartOptions> = {},
  ) => {
    const source = file === undefined ? undefined : { file: '/repo/test/kind.yaml', text: file }
    const { config } = readKindConfig(source)
    if (config === undefined) throw new Error('a config that is wrong')
    return lifecycle.start(
      { config, additions },
      {
        evidenceDirectory,
        beforeChange: () => changes.push(fake.changes().length),
        onLine: (_, line) => lines.push(line),
        ...options,
      },
    )
  }
  return { fake, state, lifecycle, start, lines, changes, locked, markDirectory, evidenceDirectory, of }
}

describe('a Kind cluster', () => {
  test('C6, C11: is created under a lock, with its own kubeconfig and the mark in every node', async () => {
    const { fake, start, lines, changes, locked, markDirectory, of } = setUp()
    expect(await start({ file: twoNodes })).toBe('created')
    expect(locked).toEqual(['kind-create'])
    expect(changes).toEqual([0])
    expect(fake.nodesOf('shop').map(({ mounts }) => mounts)).toEqual(
      Array.from({ length: 2 }, () => [{ Source: markDirectory, Destination: '/kindling' }]),
    )
    expect(readFileSync(of('kubeconfig'), 'utf8')).toContain('server: https://127.0.0.1:')
    expect(statSync(of('kubeconfig')).mode & 0o777).toBe(0o600)
    expect(statSync(markDirectory).mode & 0o777).toBe(0o700)
    expect(lines).toEqual([
      'Creating cluster "shop" ...',
      ' • Starting control-plane 🕹️  ...',
      ' ✓ Starting control-plane 🕹️',
    ])
  })

  test('C7: the nodes of each attempt are told of', async () => {
    const { fake, start } = setUp()
    fake.failures.push('container state improper')
    let [made, free] = [0, 0]
    const calls = { onNodes: () => void made++, onNodesFree: () => void free++ }
    expect(await start({}, calls)).toBe('created')
    expect([made, free]).toEqual([2, 2])
  })

  test('its kubeconfig is at hand while kind is not yet done', async () => {
    const { fake, start, lifecycle } = setUp()
    const seen: string[] = []
    const told = deferred<void>()
    fake.onCreate = async ({ onLine }) => {
      onLine?.('stderr', ' • Starting control-plane 🕹️  ...')
      await told.promise
    }
    const onKubeconfig = async ({ isMade }: { readonly isMade: boolean }) => {
      seen.push(`${isMade}, ${existsSync(lifecycle.kubeconfigFile)}`)
      told.resolve()
    }
    await start({}, { onKubeconfig })
    expect(seen).toEqual(['false, true'])
  })

  test('what kind is done before, and what failed until then, is done in the end', async () => {
    const { fake, start } = setUp()
    const seen: boolean[] = []
    const called = deferred<void>()
    fake.onCreate = async ({ onLine }) => {
      onLine?.('stderr', ' • Starting control-plane 🕹️  ...')
      await called.promise
    }
    const onKubeconfig: StartOptions['onKubeconfig'] = ({ signal, isMade }) => {
      seen.push(isMade)
      called.resolve()
      return isMade
        ? Promise.resolve()
        : new Promise((_, reject) =>
            signal?.addEventListener('abort', () => reject(new Error('not in time'))),
          )
    }
    expect(await start({}, { onKubeconfig })).toBe('created')
    expect(seen).toEqual([false, true])
  })

  test('C5, C6: no call of kind is without the engine, or with the kubeconfig of the user', async () => {
    const { fake, start, lifecycle, of } = setUp()
    await start()
    await lifecycle.remove({})
    const calls = fake.exec.commands.filter(({ program }) => program === 'kind')
    expect(calls.length).toBeGreaterThan(1)
    for (const { env } of calls) {
      expect(env).toMatchObject({ KIND_EXPERIMENTAL_PROVIDER: 'podman', KUBECONFIG: of('kind-kubeconfig') })
    }
  })

  test('is reused when it is as it should be, runs and answers, without a change', async () => {
    const { fake, start, changes, of } = setUp()
    await start({ file: twoNodes })
    const before = fake.changes().length
    expect(await start({ file: `# with a comment\n${twoNodes}` })).toBe('reused')
    expect(changes).toHaveLength(1)
    expect(fake.changes()).toHaveLength(before)
    expect(existsSync(of('kubeconfig'))).toBe(true)
  })

  test('C2: is not mistaken for another whose name begins with its own', async () => {
    const fake = new FakeKind()
    fake.addNode('shop-remote', 'control-plane')
    const { start, lifecycle } = setUp({ fake })
    expect(await start()).toBe('created')
    await lifecycle.remove({})
    expect(fake.nodesOf('shop-remote')).toHaveLength(1)
  })

  test('C3: is not reused with other ports; what has changed is said, and what can be done', async () => {
    const { fake, start, changes } = setUp()
    await start({ portMappings: [{ containerPort: 30080, hostPort: 20001 }] })
    const before = fake.changes().length
    const again = start({ portMappings: [{ containerPort: 30080, hostPort: 20002 }] })
    await expect(again).rejects.toMatchObject({
      code: 'E_CLUSTER_CHANGED',
      hint: expect.stringContaining('--recreate'),
      detail: 'nodes[0].extraPortMappings[0].hostPort: 20001 → 20002',
    })
    expect(changes).toHaveLength(1)
    expect(fake.changes()).toHaveLength(before)
  })

  test('C3: is made anew with another configuration where that is wanted', async () => {
    const { fake, start } = setUp()
    await start()
    const [old] = fake.nodesOf('shop')
    expect(await start({ image: 'node:v2' }, { isRecreating: true })).toBe('created')
    expect(fake.nodesOf('shop').map(({ id }) => id)).not.toContain(old?.id)
    expect(await start({ image: 'node:v2' })).toBe('reused')
  })

  test.each<[string, (of: ReturnType<typeof setUp>) => void]>([
    [
      'is exited',
      ({ fake }) => {
        for (const node of fake.nodes.values()) node.status = 'exited'
      },
    ],
    ['has lost its node shop-worker', ({ fake }) => fake.nodes.delete(fake.nodesOf('shop')[1]?.id ?? '')],
    ['was never finished', ({ markDirectory }) => writeFileSync(join(markDirectory, 'cluster.json'), '{')],
  ])('that %s is made anew, told by a line', async (reason, harm) => {
    const context = setUp()
    await context.start({ file: twoNodes })
    harm(context)
    context.lines.splice(0)
    expect(await context.start({ file: twoNodes })).toBe('created')
    expect(context.lines[0]).toContain(reason)
    expect(context.fake.nodesOf('shop').map(({ status }) => status)).toEqual(['running', 'running'])
  })

  test('that does not answer for half a minute is made anew', async () => {
    const fake = new FakeKind()
    const clock = new VirtualClock()
    const { start } = withClock(fake, clock)
    await start()
    fake.isReady = false
    const again = start()
    await clock.advance(31_000)
    fake.isReady = true
    expect(await again).toBe('created')
    expect(clock.sleeping).toBe(0)
  })
})

function withClock(fake: FakeKind, clock: VirtualClock) {
  const state = temporaryDirectory()
  const podman = new Podman(fake.exec)
  const lifecycle = new KindLifecycle({
    kind: new Kind(fake.exec, { engine: podman, kubeconfig: join(state, 'scratch') }),
    engine: podman,
    name: 'slow',
    markDirectory: join(state, 'mark'),
    kubeconfigFile: join(state, 'kubeconfig'),
    networkFile: join(state, 'network.json'),
    withLock: (_, action) => action(),
    clock,
  })
  const { config } = readKindConfig(undefined)
  if (config === undefined) throw new Error('no config')
  const options = { evidenceDirectory: join(state, 'evidence'), beforeChange: () => {} }
  return { start: () => lifecycle.start({ config, additions: {} }, options) }
}

describe('a cluster of the same name that is not ours', () => {
  const foreign = { Source: '/elsewhere/mark', Destination: '/kindling' }

  test.each([
    ['has no mark', []],
    ['bears the mark of another', [foreign]],
  ])('C4: is neither used nor removed when it %s', async (_, mounts) => {
    const fake = new FakeKind()
    fake.addNode('shop', 'control-plane', mounts)
    const { start, lifecycle, changes } = setUp({ fake })
    await expect(start()).rejects.toMatchObject({ code: 'E_CLUSTER_FOREIGN' })
    await expect(lifecycle.remove({})).rejects.toMatchObject({ code: 'E_CLUSTER_FOREIGN' })
    expect(changes).toEqual([])
    expect(fake.changes()).toEqual([])
  })

  test('C4: is left alone when it came while we waited for the lock', async () => {
    const fake = new FakeKind()
    const { start } = setUp({ fake })
    const beforeChange = () => fake.addNode('shop', 'control-plane')
    await expect(start({}, { beforeChange })).rejects.toMatchObject({ code: 'E_CLUSTER_FOREIGN' })
    expect(fake.changes()).toEqual([])
  })

  test.each(['', 'Shop', '-shop', 'a'.repeat(51)])('C4: a name that is none, %j, is refused', (name) => {
    expect(() => setUp({ name })).toThrow('no name for a Kind cluster')
  })
})

describe('a creation that fails', () => {
  const transient =
    'failed to remove control plane taint: command "podman exec --privileged shop-control-plane kubectl" failed with error: exit status 1'

  test('C7: is tried again where the failure is known to pass, with the evidence of each attempt', async () => {
    const { fake, start, lines, evidenceDirectory } = setUp()
    fake.failures.push(transient, transient)
    expect(await start()).toBe('created')
    expect(lines.filter((line) => line.startsWith('attempt'))).toEqual([
      expect.stringContaining('attempt 1 of 3 failed'),
      expect.stringContaining('attempt 2 of 3 failed'),
    ])
    for (const attempt of ['attempt-1', 'attempt-2']) {
      const output = readFileSync(join(evidenceDirectory, attempt, 'kind-create.txt'), 'utf8')
      expect(output).toContain('failed to remove control plane taint')
      expect(existsSync(join(evidenceDirectory, attempt, 'kind-version.txt'))).toBe(true)
    }
    expect(existsSync(join(evidenceDirectory, 'attempt-3'))).toBe(false)
    expect(fake.nodesOf('shop')).toHaveLength(1)
    expect(fake.volumes.size).toBe(1)
  })

  test('C7: is not tried a fourth time', async () => {
    const { fake, start } = setUp()
    fake.failures.push(transient, transient, transient)
    await expect(start()).rejects.toMatchObject({
      code: 'E_CLUSTER_FAILED',
      message: expect.stringContaining('3 attempts'),
    })
    expect(fake.nodes.size + fake.volumes.size).toBe(0)
  })

  test('C7: is told at once where nothing is known of it, and nothing of it is left', async () => {
    const { fake, start, evidenceDirectory } = setUp()
    fake.failures.push('something new')
    await expect(start()).rejects.toMatchObject({
      code: 'E_CLUSTER_FAILED',
      message: 'kind could not create the cluster: something new',
      detail: expect.stringContaining(join(evidenceDirectory, 'attempt-1')),
    })
    expect(fake.nodes.size + fake.volumes.size).toBe(0)
  })

  test('P1: names a port of the configuration that somebody else listens on', async () => {
    const { fake, start } = setUp()
    fake.failures.push(
      'command "podman run" failed with error: exit status 126\n\nCommand Output: Error: cannot listen on the TCP port: listen tcp4 127.0.0.1:20001: bind: address already in use',
    )
    const started = start({ portMappings: [{ containerPort: 30080, hostPort: 20001 }] })
    await expect(started).rejects.toThrow('port 20001 of this machine is in use')
  })

  test('C6: does not fail for a lock that a killed kind has left', async () => {
    const { start, of } = setUp()
    await start()
    writeFileSync(`${of('kind-kubeconfig')}.lock`, '')
    expect(await start({ image: 'other' }, { isRecreating: true })).toBe('created')
  })

  test('C10: leaves what it has made to `remove` when it is cancelled', async () => {
    const { fake, start, lifecycle, of, markDirectory } = setUp()
    const stop = new AbortController()
    fake.onCreate = () => stop.abort()
    await expect(start({}, { signal: stop.signal })).rejects.toMatchObject({ reason: 'cancelled' })
    expect(fake.nodesOf('shop')).toHaveLength(1)
    expect(await lifecycle.remove({})).toContain('node shop-control-plane')
    expect(fake.nodes.size + fake.volumes.size + fake.networks.size).toBe(0)
    expect(
      [of('kubeconfig'), of('kind-kubeconfig'), markDirectory].filter((path) => existsSync(path)),
    ).toEqual([])
  })
})

describe('removing', () => {
  test('leaves nothing, and has nothing to do the second time', async () => {
    const { fake, start, lifecycle, state } = setUp()
    await start({ file: twoNodes })
    expect(await lifecycle.remove({})).toEqual([
      'cluster shop',
      'node shop-control-plane',
      'node shop-worker',
      expect.stringContaining('volume'),
      expect.stringContaining('volume'),
      'network kind',
    ])
    expect(fake.nodes.size + fake.volumes.size + fake.networks.size).toBe(0)
    expect(existsSync(join(state, 'kind-network.json'))).toBe(false)
    expect(await lifecycle.remove({})).toEqual([])
  })

  test('knows a cluster by its mark alone when its files are gone', async () => {
    const { fake, start } = setUp()
    await start()
    const mark = fake.nodesOf('shop')[0]?.mounts[0]?.Source ?? ''
    const other = setUp({ fake })
    await expect(other.lifecycle.remove({})).rejects.toMatchObject({ code: 'E_CLUSTER_FOREIGN' })
    const podman = new Podman(fake.exec)
    const again = new KindLifecycle({
      kind: new Kind(fake.exec, { engine: podman, kubeconfig: join(other.state, 'scratch') }),
      engine: podman,
      name: 'shop',
      markDirectory: mark,
      kubeconfigFile: join(other.state, 'kubeconfig'),
      networkFile: join(other.state, 'network.json'),
      withLock: (_, action) => action(),
    })
    await again.remove({})
    expect(fake.nodes.size).toBe(0)
  })

  test('takes the volume of a node that was never made', async () => {
    const { fake, start, lifecycle } = setUp()
    const stop = new AbortController()
    fake.onCreate = () => {
      fake.nodes.clear()
      stop.abort()
    }
    await expect(start({}, { signal: stop.signal })).rejects.toThrow()
    expect(fake.volumes.size).toBe(1)
    await lifecycle.remove({})
    expect(fake.volumes.size).toBe(0)
  })

  test('takes what a killed podman has left in its storage, which has the name and nothing else', async () => {
    const { fake, start, lifecycle } = setUp()
    await start()
    fake.nodes.clear()
    fake.halfMade.set('a', 'shop-control-plane').set('b', 'somebody-else')
    expect(await start()).toBe('created')
    fake.nodes.clear()
    fake.halfMade.set('a', 'shop-control-plane')
    await lifecycle.remove({})
    expect([...fake.halfMade.values()]).toEqual(['somebody-else'])
  })

  test('takes a load balancer that was made before any node', async () => {
    const several = `${twoNodes}- role: control-plane\n`
    const { fake, start, lifecycle } = setUp()
    const stop = new AbortController()
    fake.onCreate = () => {
      for (const node of fake.nodes.values()) if (node.mounts.length > 0) fake.nodes.delete(node.id)
      stop.abort()
    }
    await expect(start({ file: several }, { signal: stop.signal })).rejects.toThrow()
    expect(fake.nodesOf('shop').map(({ name }) => name)).toEqual(['shop-external-load-balancer'])
    await lifecycle.remove({})
    expect(fake.nodes.size).toBe(0)
  })

  test('takes the network with the last cluster, whichever of ours made it', async () => {
    const fake = new FakeKind()
    const state = temporaryDirectory()
    const [first, second] = [setUp({ fake, state, name: 'one' }), setUp({ fake, state, name: 'two' })]
    await first.start()
    await second.start()
    expect(await first.lifecycle.remove({})).not.toContain('network kind')
    expect(await second.lifecycle.remove({})).toContain('network kind')
  })

  test('leaves a network that was there before, or that others have made since', async () => {
    const fake = new FakeKind()
    fake.networks.set('kind', 'of the user')
    const { start, lifecycle } = setUp({ fake })
    await start()
    await lifecycle.remove({})
    expect(fake.networks.has('kind')).toBe(true)

    fake.networks.clear()
    await start()
    fake.networks.set('kind', 'made later by the user')
    await lifecycle.remove({})
    expect(fake.networks.has('kind')).toBe(true)
  })
})

test('the mark says what the cluster was made from, for kind and for the next one', async () => {
  const { start, markDirectory } = setUp()
  await start({ containerdConfigPatches: ['[plugins]\n  a = 1\n'] })
  expect(parse(readFileSync(join(markDirectory, 'kind.yaml'), 'utf8'))).toMatchObject({
    name: 'shop',
    containerdConfigPatches: ['[plugins]\n  a = 1\n'],
  })
  expect(JSON.parse(readFileSync(join(markDirectory, 'cluster.json'), 'utf8'))).toMatchObject({
    cluster: 'shop',
    state: 'complete',
    hash: expect.stringMatching(/^[0-9a-f]{64}$/),
    nodeNames: ['shop-control-plane'],
  })
})
