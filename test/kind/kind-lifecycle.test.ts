import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import type { KindConfigAdditions } from '../../src/drivers/kind/cluster-config/merge-config.ts'
import { readKindConfig } from '../../src/drivers/kind/cluster-config/read-config.ts'
import { findKind } from '../../src/drivers/kind/find-kind.ts'
import { Kind } from '../../src/drivers/kind/kind.ts'
import { type CreateLock, KindLifecycle, type StartOptions } from '../../src/drivers/kind/lifecycle.ts'
import { isReady } from '../../src/drivers/kind/node-readiness.ts'
import { Podman } from '../../src/drivers/podman/podman.ts'
import { LocalExec } from '../../src/exec/local-exec.ts'
import { rigStatus } from '../real-kind/status.mjs'
import { temporaryDirectory } from '../rig/temp-directory.ts'

const rig = rigStatus()
const name = rig.present
  ? 'the life of a real Kind cluster'
  : `the life of a real Kind cluster (${rig.reason})`

/** A network of the tests' own, so that the clusters of others neither see nor keep it. */
const network = 'kindlc-net'

const twoNodes =
  'kind: Cluster\napiVersion: kind.x-k8s.io/v1alpha4\nnodes:\n- role: control-plane\n- role: worker\n'

/** As the host has one, within this process. */
function createLock(): CreateLock {
  let last: Promise<unknown> = Promise.resolve()
  return (_, action) => {
    const next = last.then(action, action)
    last = next
    return next
  }
}

describe.skipIf(!rig.present)(name, () => {
  const { kind: program, nodeImage, env, containersConf } = rig as Extract<typeof rig, { present: true }>

  beforeAll(() => {
    process.env.KIND_EXPERIMENTAL_PODMAN_NETWORK = network
  })
  afterAll(() => {
    delete process.env.KIND_EXPERIMENTAL_PODMAN_NETWORK
  })

  function setUp(cluster: string, { state = temporaryDirectory(), withLock = createLock() } = {}) {
    const exec = new LocalExec({ env })
    const podman = new Podman(exec, containersConf === undefined ? {} : { containersConf })
    const of = (file: string) => join(state, cluster, file)
    const kind = new Kind(exec, { engine: podman, kubeconfig: of('kind-kubeconfig'), program })
    const lifecycle = new KindLifecycle({
      kind,
      engine: podman,
      name: cluster,
      markDirectory: of('mark'),
      kubeconfigFile: of('kubeconfig'),
      networkFile: join(state, 'network.json'),
      withLock,
    })
    const lines: string[] = []
    const start = (
      { file, ...additions }: KindConfigAdditions & { readonly file?: string } = {},
      options: Partial<StartOptions> = {},
    ) => {
      const { config } = readKindConfig(
        file === undefined ? undefined : { file: of('kind.yaml'), text: file },
      )
      if (config === undefined) throw new Error('a config that is wrong')
      return lifecycle.start(
        { config, additions: { image: nodeImage, ...additions } },
        {
          evidenceDirectory: of('evidence'),
          beforeChange: () => {},
          onLine: (_, line) => lines.push(line),
          ...options,
        },
      )
    }
    onTestFinished(async () => {
      await lifecycle.remove({}).catch(() => {})
    })
    return { exec, podman, kind, lifecycle, start, lines, of, state }
  }

  /** What of a cluster is left anywhere in the engine. */
  async function remains(podman: Podman, cluster: string): Promise<string[]> {
    const containers = await podman.run(['ps', '--all', '--external', '--format', '{{.Names}} {{.Status}}'])
    const volumes = await podman.run(['volume', 'ls', '--format', '{{.Labels}}'])
    return [...containers.stdout.split('\n'), ...volumes.stdout.split('\n')].filter((line) =>
      line.startsWith(`${cluster}-`),
    )
  }

  test('the installed kind is one that can be used', async () => {
    expect(await findKind(setUp('kindlc-a').kind)).toEqual({
      version: expect.stringMatching(/^\d+\.\d+\.\d+$/),
    })
  })

  test('C2, C3, C6: it is created beside a namesake, reused, told to have changed, made anew, and removed', async () => {
    const users = join(temporaryDirectory({ config: 'of the user' }), 'config')
    const { podman, lifecycle, start, lines, of } = setUp('kindlc-a')
    const labels = ['io.x-k8s.kind.cluster=kindlc-a-remote', 'io.x-k8s.kind.role=control-plane']
    const namesake = [
      '--name',
      'kindlc-a-remote-control-plane',
      ...labels.flatMap((label) => ['--label', label]),
    ]
    await podman.run(['create', ...namesake, nodeImage])
    onTestFinished(async () => {
      await podman.run(['rm', '--force', 'kindlc-a-remote-control-plane'])
    })
    process.env.KUBECONFIG = users
    onTestFinished(() => {
      delete process.env.KUBECONFIG
    })

    const ports = { portMappings: [{ containerPort: 30080, hostPort: 20801 }] }
    const areMade: boolean[] = []
    const onKubeconfig: StartOptions['onKubeconfig'] = async ({ isMade }) => void areMade.push(isMade)
    expect(await start(ports, { onKubeconfig })).toBe('created')
    // While kind was still at work.
    expect(areMade).toEqual([false])
    expect(lines.at(0)).toBe('Creating cluster "kindlc-a" ...')
    expect(readFileSync(of('kubeconfig'), 'utf8')).toMatch(/server: https:\/\/127\.0\.0\.1:\d+/)
    expect(statSync(of('kubeconfig')).mode & 0o777).toBe(0o600)
    expect(await start(ports)).toBe('reused')
    await expect(start({ portMappings: [{ containerPort: 30080, hostPort: 20802 }] })).rejects.toMatchObject({
      code: 'E_CLUSTER_CHANGED',
      detail: 'nodes[0].extraPortMappings[0].hostPort: 20801 → 20802',
    })

    await podman.run(['kill', 'kindlc-a-control-plane'])
    lines.splice(0)
    expect(await start(ports)).toBe('created')
    expect(lines.at(0)).toContain('does not run')

    expect(await lifecycle.remove({})).toContain(`network ${network}`)
    expect(await remains(podman, 'kindlc-a')).toEqual([
      expect.stringContaining('kindlc-a-remote-control-plane'),
    ])
    expect(existsSync(of('kubeconfig'))).toBe(false)
    expect(existsSync(of('mark'))).toBe(false)
    expect(readFileSync(users, 'utf8')).toBe('of the user')
    expect(await lifecycle.remove({})).toEqual([])
  })

  test('C4: a foreign one of the same name is neither used nor removed', async () => {
    const { podman, lifecycle, start } = setUp('kindlc-f')
    const labels = ['io.x-k8s.kind.cluster=kindlc-f', 'io.x-k8s.kind.role=control-plane']
    const foreign = ['--name', 'kindlc-f-control-plane', ...labels.flatMap((label) => ['--label', label])]
    await podman.run(['create', ...foreign, nodeImage])
    onTestFinished(async () => {
      await podman.run(['rm', '--force', 'kindlc-f-control-plane'])
    })
    await expect(start()).rejects.toMatchObject({ code: 'E_CLUSTER_FOREIGN' })
    await expect(lifecycle.remove({})).rejects.toMatchObject({ code: 'E_CLUSTER_FOREIGN' })
    expect(await remains(podman, 'kindlc-f')).toEqual([expect.stringContaining('kindlc-f-control-plane')])
  })

  test.each(['Ensuring node image', 'Preparing nodes', 'Writing configuration', 'Starting control-plane'])(
    'C10: cancelled at "%s", it is removed without a trace',
    async (step) => {
      const { podman, lifecycle, start, lines } = setUp('kindlc-c')
      const stop = new AbortController()
      const onLine: StartOptions['onLine'] = (_, line) => {
        lines.push(line)
        if (line.includes(step)) stop.abort()
      }
      await expect(start({}, { signal: stop.signal, onLine })).rejects.toMatchObject({ reason: 'cancelled' })
      await lifecycle.remove({})
      expect(await remains(podman, 'kindlc-c')).toEqual([])
    },
  )

  test('E1: killed half-way, it is made anew by the next one', async () => {
    const { exec, podman, start, lines, state, lifecycle } = setUp('kindlc-k')
    const onLine: StartOptions['onLine'] = (_, line) => {
      if (line.includes('• Starting control-plane')) exec.killAllNow()
    }
    await expect(start({}, { onLine })).rejects.toMatchObject({ code: 'E_CLUSTER_FAILED' })

    const next = setUp('kindlc-k', { state })
    await podman.run([
      'run',
      '--detach',
      ...['--name', 'kindlc-k-control-plane', '--label', 'io.x-k8s.kind.cluster=kindlc-k'],
      ...['--label', 'io.x-k8s.kind.role=control-plane', '--entrypoint', 'sleep'],
      ...['--volume', `${next.of('mark')}:/kindling:ro`, nodeImage, '1000'],
    ])
    expect(await next.start()).toBe('created')
    expect(next.lines.at(0)).toContain('was never finished')
    expect(lines).toEqual([])
    await lifecycle.remove({})
    expect(await remains(podman, 'kindlc-k')).toEqual([])
  })

  test('C11: two at once, one of them of two nodes, do not disturb each other', async () => {
    const state = temporaryDirectory()
    const withLock = createLock()
    const [one, two] = [setUp('kindlc-1', { state, withLock }), setUp('kindlc-2', { state, withLock })]
    expect(await Promise.all([one.start(), two.start({ file: twoNodes })])).toEqual(['created', 'created'])
    expect((await two.lifecycle.nodes({})).map(({ name }) => name)).toEqual([
      'kindlc-2-control-plane',
      'kindlc-2-worker',
    ])
    expect(await one.lifecycle.remove({})).not.toContain(`network ${network}`)
    // kind does not wait for a worker to join, and a start no longer than half a minute.
    const hasJoined = async () => isReady(two.podman, await two.lifecycle.nodes({}), {})
    await expect.poll(hasJoined, { timeout: 120_000, interval: 1_000 }).toBe(true)
    expect(await two.start({ file: twoNodes })).toBe('reused')
    expect(await two.lifecycle.remove({})).toContain(`network ${network}`)
    expect(await remains(one.podman, 'kindlc')).toEqual([])
  })

  test('P1: a port that somebody listens on is named, and nothing is left', async () => {
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(20_899, '127.0.0.1', resolve))
    onTestFinished(() => {
      server.close()
    })
    const { podman, start, of } = setUp('kindlc-p')
    const started = start({ portMappings: [{ containerPort: 30080, hostPort: 20_899 }] })
    await expect(started).rejects.toMatchObject({
      code: 'E_CLUSTER_FAILED',
      message: 'port 20899 of this machine is in use',
    })
    expect(readFileSync(of('evidence/attempt-1/kind-create.txt'), 'utf8')).toContain('address already in use')
    expect(await remains(podman, 'kindlc-p')).toEqual([])
  })

  test.each<[string, string, KindConfigAdditions]>([
    ['a mount', '/nonexistent, which the Kind config mounts, does not exist', { mounts: [missing()] }],
    ['kubeadm', '`extraArgs` in a patch', { kubeadmConfigPatches: [wrongExtraArgs] }],
    ['an image', 'localhost/kindlc/none:1 is not on this machine', { image: 'localhost/kindlc/none:1' }],
  ])(
    'C7: what fails because of %s is told by its cause, and not tried again',
    async (_, message, additions) => {
      const { podman, start, of } = setUp('kindlc-w')
      await expect(start(additions)).rejects.toThrow(message)
      expect(existsSync(of('evidence/attempt-2'))).toBe(false)
      expect(await remains(podman, 'kindlc-w')).toEqual([])
    },
  )

  test('C6: a lock that a killed kind has left does no harm', async () => {
    const { start, of } = setUp('kindlc-l')
    mkdirSync(of(''))
    writeFileSync(`${of('kind-kubeconfig')}.lock`, '')
    expect(await start()).toBe('created')
  })
})

function missing() {
  return { hostPath: '/nonexistent', containerPath: '/x' }
}

const wrongExtraArgs =
  'kind: ClusterConfiguration\napiServer:\n  extraArgs:\n  - name: v\n    value: "4"\n  - { name: profiling }\n'
