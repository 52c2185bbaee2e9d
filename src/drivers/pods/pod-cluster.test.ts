import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { FakeExec } from '../../../test/rig/fake-exec.ts'
import { FakePodman } from '../../../test/rig/fake-podman.ts'
import { aContainer, aPod } from '../../../test/rig/pods.ts'
import { temporaryDirectory } from '../../../test/rig/temp-directory.ts'
import { Podman } from '../podman/podman.ts'
import { PodCluster, type PodClusterInit, removeEnvironmentPods } from './pod-cluster.ts'
import type { PodPlan } from './pod-plan.ts'
import { RedirectFailed } from './pod-runner.ts'

const environment = 'shop-e2e-1'
const change = { beforeChange: () => {} }

/** A run of Kindling on a host whose podman and volumes are kept from run to run. */
class TestHost {
  readonly fake: FakePodman = new FakePodman()
  readonly volumeDirectory: string = temporaryDirectory()
  /** IDs of the images by name; a reference is that with the number of the run for a tag. */
  readonly imageIds = new Map<string, string>()
  #run = 0

  async start(pods: readonly PodPlan[], init: Partial<PodClusterInit> = {}): Promise<PodCluster> {
    const tag = ++this.#run
    const cluster = new PodCluster(new Podman(this.fake.exec), {
      environment,
      pods,
      hostPorts: new Map([['web.api', 20_111]]),
      volumeDirectory: this.volumeDirectory,
      imageId: async (reference) => this.imageIds.get(reference.replace(/:\d+$/, '')) ?? 'sha256:1',
      imageFor: (text) => `${text}:${tag}`,
      ...init,
    })
    await cluster.start(change)
    return cluster
  }
}

const job = aPod({
  service: 'migrate',
  name: 'migrate',
  runsToCompletion: true,
  containers: [aContainer({ restart: 'on-failure:2' })],
})

describe('bringing a service up', () => {
  test('a pod is made, its containers created, and only then started', async () => {
    const host = new TestHost()
    const cluster = await host.start([aPod({ containers: [aContainer(), aContainer({ name: 'side' })] })])
    expect(await cluster.apply('web', change)).toBe('applied')
    expect(host.fake.changes()).toEqual([
      'pod create shop-e2e-1-web',
      'create --pod shop-e2e-1-web_app',
      'create --pod shop-e2e-1-web_side',
      'start shop-e2e-1-web_app shop-e2e-1-web_side',
    ])
  })

  test('what is applied is the pod with the values it is given, which are a reason to make it anew', async () => {
    const host = new TestHost()
    const withToken = (TOKEN: string) => ({
      podsToApply: () => [aPod({ containers: [aContainer({ env: { TOKEN } })] })],
    })
    const start = (token: string) => host.start([aPod()], withToken(token))
    await (await start('one')).apply('web', change)
    expect(host.fake.exec.lines.find((line) => line.startsWith('podman create'))).toContain('--env TOKEN')
    expect(await (await start('one')).apply('web', change)).toBe('unchanged')
    expect(await (await start('two')).apply('web', change)).toBe('applied')
  })

  test('the first change is told before it is made, and where there is none, nothing is told', async () => {
    const host = new TestHost()
    const told: number[] = []
    const telling = { beforeChange: () => told.push(host.fake.changes().length) }
    await (await host.start([aPod()])).apply('web', telling)
    expect(told[0]).toBe(0)
    const count = told.length
    expect(await (await host.start([aPod()])).apply('web', telling)).toBe('unchanged')
    expect(told).toHaveLength(count)
  })

  test('init containers end one after another before the others start', async () => {
    const host = new TestHost()
    const initContainers = [
      aContainer({ name: 'one', restart: 'no' }),
      aContainer({ name: 'two', restart: 'no' }),
    ]
    for (const name of ['one', 'two']) host.fake.endsAs.set(`shop-e2e-1-web_${name}`, 0)
    await (await host.start([aPod({ initContainers })])).apply('web', change)
    expect(host.fake.exec.lines.filter((line) => /^podman (start|wait)/.test(line))).toEqual([
      'podman start shop-e2e-1-web__infra',
      'podman start shop-e2e-1-web_one',
      'podman wait shop-e2e-1-web_one',
      'podman start shop-e2e-1-web_two',
      'podman wait shop-e2e-1-web_two',
      'podman start shop-e2e-1-web_app',
    ])
  })

  test('R6: an init container that fails is a failed rollout, with its output, and nothing else starts', async () => {
    const host = new TestHost()
    const pod = aPod({ initContainers: [aContainer({ name: 'prepare', restart: 'no' })] })
    host.fake.endsAs.set('shop-e2e-1-web_prepare', 3)
    const cluster = await host.start([pod])
    expect(await cluster.apply('web', change)).toBe('applied')
    expect((await cluster.rollout('web', 3, {})).failure).toEqual({
      message: 'web: init container prepare exited with code 3',
      detail: 'output of shop-e2e-1-web_prepare',
    })
    expect(host.fake.exec.lines).not.toContain('podman start shop-e2e-1-web_app')
  })

  test("a Service's port is led to the pod's own before anything starts, from outside and from within", async () => {
    const host = new TestHost()
    await (await host.start([aPod({ redirects: [{ from: 80, to: 8080 }] })])).apply('web', change)
    const rules = host.fake.exec.lines.filter((line) => line.includes('iptables'))
    expect(rules.map((line) => line.replace(/^.*(?=nsenter)/, ''))).toEqual([
      'nsenter --target 4242 --net iptables -t nat -A PREROUTING -p tcp --dport 80 -j REDIRECT --to-ports 8080',
      'nsenter --target 4242 --net iptables -t nat -A OUTPUT -m addrtype --dst-type LOCAL -p tcp --dport 80 -j REDIRECT --to-ports 8080',
    ])
    const started = host.fake.exec.lines.indexOf('podman start shop-e2e-1-web_app')
    expect(started).toBeGreaterThan(host.fake.exec.lines.indexOf(rules[1] ?? ''))
  })

  test('a host without iptables is told with the port it could not lead', async () => {
    const host = new TestHost()
    const cluster = await host.start([aPod({ redirects: [{ from: 80, to: 8080 }] })])
    const run = host.fake.exec.run.bind(host.fake.exec)
    host.fake.exec.run = (command, options) =>
      command.args.includes('iptables')
        ? new FakeExec(() => undefined).run(command, options)
        : run(command, options)
    const failure = await cluster.apply('web', change).catch((error: unknown) => error)
    expect(failure).toBeInstanceOf(RedirectFailed)
    expect(String(failure)).toContain('port 80 of the Service could not be led to port 8080 of web')
  })
})

describe('bringing a service up again', () => {
  test('what is up and unchanged stays, though every tag is new', async () => {
    const host = new TestHost()
    await (await host.start([aPod()])).apply('web', change)
    const before = host.fake.changes().length
    const again = await host.start([aPod()])
    expect(await again.apply('web', change)).toBe('unchanged')
    expect(host.fake.changes()).toHaveLength(before)
  })

  test.each<[string, (host: TestHost) => Promise<PodCluster>]>([
    [
      'whose image is another one',
      (host) => {
        host.imageIds.set('shop/api', 'sha256:2')
        return host.start([aPod()])
      },
    ],
    [
      'with another variable',
      (host) => host.start([aPod({ containers: [aContainer({ env: { LEVEL: 'debug' } })] })]),
    ],
    [
      'with a variable named image',
      (host) => host.start([aPod({ containers: [aContainer({ env: { image: 'x' } })] })]),
    ],
    [
      'with another host port',
      (host) => host.start([aPod({ published: [{ containerPort: 80, use: 'web.api' }] })]),
    ],
    [
      'with another file',
      (host) =>
        host.start([
          aPod({ files: [{ name: 'f', files: [{ path: 'a', content: Buffer.from('1'), mode: 0o644 }] }] }),
        ]),
    ],
    [
      'that has crashed',
      (host) => {
        host.fake.end('shop-e2e-1-web_app', 1)
        return host.start([aPod()])
      },
    ],
    [
      'that was stopped',
      (host) => {
        host.fake.end('shop-e2e-1-web_app', 0)
        return host.start([aPod()])
      },
    ],
  ])('a pod %s is made anew', async (_, whatIsNew) => {
    const host = new TestHost()
    await (await host.start([aPod()])).apply('web', change)
    const again = await whatIsNew(host)
    expect(await again.apply('web', change)).toBe('applied')
    expect(host.fake.changes().slice(-4)).toEqual([
      'pod rm shop-e2e-1-web',
      'pod create shop-e2e-1-web',
      'create --pod shop-e2e-1-web_app',
      'start shop-e2e-1-web_app',
    ])
  })

  test('another host port for the same use makes it anew as well', async () => {
    const host = new TestHost()
    const pod = aPod({ published: [{ containerPort: 80, use: 'web.api' }] })
    await (await host.start([pod])).apply('web', change)
    const again = await host.start([pod], { hostPorts: new Map([['web.api', 20_222]]) })
    expect(await again.apply('web', change)).toBe('applied')
  })

  test('a Job that has ended well stays, one that has failed is run again', async () => {
    const host = new TestHost()
    host.fake.endsAs.set('shop-e2e-1-migrate_app', 0)
    await (await host.start([job])).apply('migrate', change)
    expect(await (await host.start([job])).apply('migrate', change)).toBe('unchanged')
    host.fake.end('shop-e2e-1-migrate_app', 1)
    expect(await (await host.start([job])).apply('migrate', change)).toBe('applied')
  })

  test('of replicas, only those that changed or are too many go', async () => {
    const replica = (index: number) => aPod({ name: `web-${index}` })
    const host = new TestHost()
    await (await host.start([0, 1, 2].map(replica))).apply('web', change)
    host.fake.end('shop-e2e-1-web-1_app', 1)
    const before = host.fake.changes().length
    await (await host.start([0, 1].map(replica))).apply('web', change)
    const after = host.fake.changes().slice(before)
    expect(after.filter((line) => line.startsWith('pod')).sort()).toEqual([
      'pod create shop-e2e-1-web-1',
      'pod rm shop-e2e-1-web-1',
      'pod rm shop-e2e-1-web-2',
    ])
  })

  test('the pods of a service that the configuration no longer has go at the start', async () => {
    const host = new TestHost()
    const both = await host.start([aPod(), job])
    await both.apply('web', change)
    await both.apply('migrate', change)
    await host.start([aPod()])
    expect([...host.fake.pods.keys()]).toEqual(['shop-e2e-1-web'])
  })

  test('what was left half-made is made anew', async () => {
    const host = new TestHost()
    const cluster = await host.start([aPod()])
    host.fake.failures.set('start', 'Error: address already in use')
    await expect(cluster.apply('web', change)).rejects.toThrow('125')
    host.fake.failures.clear()
    expect(await (await host.start([aPod()])).apply('web', change)).toBe('applied')
    expect(host.fake.containers.get('shop-e2e-1-web_app')?.status).toBe('running')
  })
})

describe('volumes', () => {
  const mounted = (kind: 'directory' | 'scratch') =>
    aPod({
      containers: [
        aContainer({
          mounts: [{ target: '/d', readOnly: false, source: { kind, name: 'v', subPath: 'x' } }],
        }),
      ],
    })

  test('are as open as a container of any user needs, and files have their own mode', async () => {
    const host = new TestHost()
    const files = [{ name: 'f', files: [{ path: 'deep/key', content: Buffer.from('k'), mode: 0o400 }] }]
    await (await host.start([{ ...mounted('directory'), files }])).apply('web', change)
    const modeOf = (path: string) => statSync(join(host.volumeDirectory, path)).mode & 0o777
    expect([modeOf('directories/v'), modeOf('directories/v/x')]).toEqual([0o777, 0o777])
    expect([modeOf('files/f'), modeOf('files/f/deep/key')]).toEqual([0o755, 0o400])
    expect(readFileSync(join(host.volumeDirectory, 'files/f/deep/key'), 'utf8')).toBe('k')
  })

  test.each([
    ['directory', true],
    ['scratch', false],
  ] as const)('a %s keeps its content when the pod is made anew: %s', async (kind, isKept) => {
    const host = new TestHost()
    await (await host.start([mounted(kind)])).apply('web', change)
    const file = join(host.volumeDirectory, 'directories/v/x/data')
    writeFileSync(file, '')
    host.fake.end('shop-e2e-1-web_app', 1)
    await (await host.start([mounted(kind)])).apply('web', change)
    expect(existsSync(file)).toBe(isKept)
  })
})

describe('asking an environment', () => {
  test('a rollout counts pods and says what the first is waited for', async () => {
    const host = new TestHost()
    const cluster = await host.start([aPod({ name: 'web-0' }), aPod({ name: 'web-1' })])
    await cluster.apply('web', change)
    expect(await cluster.rollout('web', 0, {})).toEqual({ ready: 2, total: 2, waitingFor: '' })
    host.fake.end('shop-e2e-1-web-1_app', 1)
    expect(await cluster.rollout('web', 0, {})).toEqual({
      ready: 1,
      total: 2,
      waitingFor: 'web-1/app to restart',
    })
  })

  test('a service without pods is up at once', async () => {
    expect(await (await new TestHost().start([])).rollout('config', 0, {})).toEqual({
      ready: 0,
      total: 0,
      waitingFor: '',
    })
  })

  test('a command that does not end in time is an answer, not an error', async () => {
    const host = new TestHost()
    const cluster = await host.start([aPod()])
    const run = host.fake.exec.run.bind(host.fake.exec)
    host.fake.exec.run = (command, options) =>
      command.args[0] === 'exec'
        ? new FakeExec(() => ({ reason: 'timeout' })).run(command, options)
        : run(command, options)
    expect(await cluster.exec('web', ['sleep', '9'], { timeoutMs: 10 })).toEqual({
      exitCode: 124,
      output: 'no end within 10 ms',
    })
  })

  test('a port that nobody leased is a bug', async () => {
    const cluster = await new TestHost().start([aPod()])
    expect(cluster.hostPort('web', 'api')).toBe(20_111)
    expect(() => cluster.hostPort('web', 'other')).toThrow('Internal error')
  })
})

describe('removing', () => {
  test('everything that carries the label goes, and the volumes; doing it again is harmless', async () => {
    const host = new TestHost()
    const cluster = await host.start([aPod(), job])
    await cluster.apply('web', change)
    await cluster.remove({})
    expect([host.fake.pods.size, host.fake.containers.size, host.fake.networks.size]).toEqual([0, 0, 0])
    expect(existsSync(host.volumeDirectory)).toBe(false)
    await cluster.remove({})
  })

  test('one service goes alone', async () => {
    const host = new TestHost()
    const cluster = await host.start([aPod(), job])
    await cluster.apply('web', change)
    await cluster.apply('migrate', change)
    await cluster.removeService('web', {})
    expect([...host.fake.pods.keys()]).toEqual(['shop-e2e-1-migrate'])
  })

  test('what was removed is told', async () => {
    const host = new TestHost()
    await (await host.start([aPod()])).apply('web', change)
    expect(await removeEnvironmentPods(new Podman(host.fake.exec), environment, {})).toEqual([
      'pod shop-e2e-1-web',
      'network shop-e2e-1',
    ])
  })
})

describe('a pod whose removal fails', () => {
  /** podman 4.3.1, of a container that has ended between the look at it and the kill. */
  const justEnded =
    'Error: cannot remove container 3592 as it could not be stopped: sending SIGKILL to container 3592: container state improper: stopped'

  function podman(answers: readonly string[]): { exec: FakeExec; podman: Podman; removals: () => number } {
    let removals = 0
    const exec = new FakeExec(({ args }) => {
      const line = args.slice(0, 2).join(' ')
      if (line === 'pod ps') return { stdout: 'shop-e2e-1-web' }
      if (line !== 'pod rm') return {}
      const stderr = answers[removals++]
      return stderr === undefined ? {} : { exitCode: 125, stderr }
    })
    return { exec, podman: new Podman(exec), removals: () => removals }
  }

  test('because its container has just ended is removed by the next attempt', async () => {
    const { podman: program, removals } = podman([justEnded])
    expect(await removeEnvironmentPods(program, environment, {})).toEqual(['pod shop-e2e-1-web'])
    expect(removals()).toBe(2)
  })

  test('for another reason, or again and again, is a failure', async () => {
    await expect(
      removeEnvironmentPods(podman(['Error: no space left']).podman, environment, {}),
    ).rejects.toThrow()
    const stubborn = podman(Array(9).fill(justEnded))
    await expect(removeEnvironmentPods(stubborn.podman, environment, {})).rejects.toThrow()
    expect(stubborn.removals()).toBe(3)
  })
})
