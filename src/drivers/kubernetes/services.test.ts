import { describe, expect, onTestFinished, test } from 'vitest'
import { FakeKubernetes } from '../../../test/rig/fake-kubernetes.ts'
import {
  aLivePod,
  aLiveWorkload,
  anObject,
  aReplicaSet,
  aWarning,
  aWorkload,
} from '../../../test/rig/kubernetes-objects.ts'
import { untilSettled } from '../../../test/rig/until-settled.ts'
import { VirtualClock } from '../../../test/rig/virtual-clock.ts'
import { Redactor } from '../../exec/redactor.ts'
import type { KubernetesObject } from '../../util/kubernetes-object.ts'
import { labels } from '../labels.ts'
import { connectKubernetes } from './connect.ts'
import { KubernetesServices } from './services.ts'

const environment = 'shop-e2e'
const own = (service: string) => ({ [labels.environment]: environment, [labels.service]: service })

/** A cluster that stays, and runs of Kindling against it. */
class TestCluster {
  readonly fake: FakeKubernetes
  readonly clock = new VirtualClock()
  readonly redactor = new Redactor()

  private constructor(fake: FakeKubernetes) {
    this.fake = fake
  }

  static async start(): Promise<TestCluster> {
    return new TestCluster(await FakeKubernetes.start())
  }

  async run(objects: Readonly<Record<string, readonly KubernetesObject[]>>): Promise<KubernetesServices> {
    const services = new KubernetesServices(await connectKubernetes(this.fake.kubeconfig), {
      environment,
      services: Object.keys(objects),
      objectsOf: (service) => objects[service] ?? [],
      clock: this.clock,
      redactor: this.redactor,
    })
    onTestFinished(() => services.close())
    return services
  }

  /** One `up` of these services; what was applied and what was changed for it. */
  async up(objects: Readonly<Record<string, readonly KubernetesObject[]>>) {
    const before = this.fake.changes.length
    const services = await this.run(objects)
    const lines: string[] = []
    const told: number[] = []
    const options = {
      onLine: (_: string, line: string) => lines.push(line),
      beforeChange: () => told.push(this.fake.changes.length - before),
    }
    const outcomes: Record<string, string> = {}
    for (const service of Object.keys(objects))
      outcomes[service] = await untilSettled(this.clock, services.apply(service, options))
    return { services, outcomes, changes: this.fake.changes.slice(before), lines, told }
  }

  /** A pod of a service as its kubelet tells of it. */
  putPod(service: string, ...pod: Parameters<typeof aLivePod>): void {
    const [name, owner, options] = pod
    this.fake.put(aLivePod(name, owner, { labels: own(service), ...options }))
  }
}

const settings = (value = '1') => anObject('ConfigMap', 'settings', { data: { value } })
const web = aWorkload('Deployment', 'web')

describe('applying a service', () => {
  test('R3: goes stage by stage, and tells before the first change', async () => {
    const cluster = await TestCluster.start()
    const objects = [
      web,
      anObject('Service', 'web'),
      settings(),
      { ...settings(), metadata: { name: 'in-shop', namespace: 'shop' } },
    ]
    const { outcomes, changes, told } = await cluster.up({ web: objects })
    expect(outcomes).toEqual({ web: 'applied' })
    expect([changes[0], changes[3], changes[4]]).toEqual([
      'PATCH namespaces/shop',
      'PATCH services/web',
      'PATCH deployments/web',
    ])
    expect(changes.slice(1, 3).sort()).toEqual(['PATCH configmaps/in-shop', 'PATCH configmaps/settings'])
    expect(told).toEqual([0])
  })

  test('marks what it makes, and the pods of it', async () => {
    const cluster = await TestCluster.start()
    await cluster.up({ web: [web] })
    expect(cluster.fake.get('apps/v1', 'Deployment', 'web')).toMatchObject({
      metadata: {
        labels: own('web'),
        annotations: { [labels.hash]: expect.stringMatching(/^[0-9a-f]{24}$/) },
      },
      spec: { template: { metadata: { labels: { app: 'web', ...own('web') } } } },
    })
  })

  test('a namespace that nobody declares is made once, and is the environment’s', async () => {
    const cluster = await TestCluster.start()
    const inShop = (name: string) => anObject('ConfigMap', name, { namespace: 'shop' })
    const { changes } = await cluster.up({ a: [inShop('a')], b: [inShop('b')] })
    expect(changes.filter((line) => line.includes('namespaces/'))).toEqual(['PATCH namespaces/shop'])
    expect(cluster.fake.get('v1', 'Namespace', 'shop')?.metadata.labels).toEqual({
      [labels.environment]: environment,
    })
  })

  test('a namespace that is there, or that a manifest declares, is left alone', async () => {
    const cluster = await TestCluster.start()
    cluster.fake.put(anObject('Namespace', 'theirs'))
    const objects = [
      anObject('ConfigMap', 'a', { namespace: 'theirs' }),
      anObject('ConfigMap', 'b', { namespace: 'mine' }),
    ]
    const { changes } = await cluster.up({ base: [anObject('Namespace', 'mine')], web: objects })
    expect(changes.filter((line) => line.includes('namespaces/'))).toEqual(['PATCH namespaces/mine'])
    expect(cluster.fake.get('v1', 'Namespace', 'mine')?.metadata.labels).toEqual(own('base'))
  })

  test('R3: a custom resource waits until its definition is established', async () => {
    const cluster = await TestCluster.start()
    const definition = anObject('CustomResourceDefinition', 'shops.example.com', {
      spec: {
        group: 'example.com',
        scope: 'Namespaced',
        names: { kind: 'Shop', plural: 'shops' },
        versions: [{ name: 'v1' }],
      },
    })
    const corner = anObject('Shop', 'corner', { apiVersion: 'example.com/v1' })
    const { changes, lines } = await cluster.up({ shop: [corner, definition] })
    expect(changes).toEqual(['PATCH customresourcedefinitions/shops.example.com', 'PATCH shops/corner'])
    expect(lines).toEqual([])
  })
})

describe('R4: what is tried again', () => {
  test('is a webhook that does not serve yet, and each time is told', async () => {
    const cluster = await TestCluster.start()
    const message = 'Internal error occurred: failed calling webhook "a.example.com": connection refused'
    cluster.fake.refusals.push({ when: /^PATCH.*settings/, status: 500, message, times: 2 })
    const { outcomes, lines } = await cluster.up({ web: [settings()] })
    expect(outcomes).toEqual({ web: 'applied' })
    expect(lines).toEqual([
      `apply ConfigMap settings: ${message}; trying again in 200 ms`,
      `apply ConfigMap settings: ${message}; trying again in 320 ms`,
    ])
  })

  test('is not a denial, which is told at once, with all that were denied', async () => {
    const cluster = await TestCluster.start()
    const message = 'admission webhook "a.example.com" denied the request: not here'
    cluster.fake.refusals.push({ when: /^PATCH/, status: 403, reason: 'Forbidden', message })
    await expect(cluster.up({ web: [settings(), anObject('Secret', 'login')] })).rejects.toMatchObject({
      status: 403,
      message: `apply ConfigMap settings: ${message}\napply Secret login: ${message}`,
    })
    expect(cluster.fake.changes).toHaveLength(2)
  })

  test('a secret that the server quotes is not told', async () => {
    const cluster = await TestCluster.start()
    cluster.redactor.add('hunter22')
    cluster.fake.refusals.push({
      when: /^PATCH/,
      status: 422,
      reason: 'Invalid',
      message: 'not valid: "hunter22"',
    })
    await expect(cluster.up({ web: [settings()] })).rejects.toThrow(
      'apply ConfigMap settings: not valid: "***"',
    )
  })
})

describe('the next `up`', () => {
  test('changes nothing where nothing is to be changed, and tells nobody', async () => {
    const cluster = await TestCluster.start()
    const objects = { web: [web, settings()], api: [anObject('Secret', 'login', { stringData: { a: 'b' } })] }
    await cluster.up(objects)
    const { outcomes, changes, told } = await cluster.up(objects)
    expect(outcomes).toEqual({ web: 'unchanged', api: 'unchanged' })
    expect(changes).toEqual([])
    expect(told).toEqual([])
  })

  test('applies what has changed, and that only', async () => {
    const cluster = await TestCluster.start()
    await cluster.up({ web: [web, settings()] })
    const { outcomes, changes } = await cluster.up({ web: [web, settings('2')] })
    expect(outcomes).toEqual({ web: 'applied' })
    expect(changes).toEqual(['PATCH configmaps/settings'])
  })

  test('knows what is in no namespace, whatever its manifest says', async () => {
    const cluster = await TestCluster.start()
    const objects = { web: [anObject('Namespace', 'shop', { namespace: 'shop' })] }
    expect((await cluster.up(objects)).changes).toContain('PATCH namespaces/shop')
    expect(await cluster.up(objects)).toMatchObject({ outcomes: { web: 'unchanged' }, changes: [] })
  })

  test('removes what is no longer among the manifests, after what is new', async () => {
    const cluster = await TestCluster.start()
    await cluster.up({ web: [settings(), anObject('Secret', 'old')] })
    const { changes } = await cluster.up({ web: [settings('2')] })
    expect(changes).toEqual(['PATCH configmaps/settings', 'DELETE secrets/old'])
  })

  test('removes the services and namespaces that the environment no longer has', async () => {
    const cluster = await TestCluster.start()
    await cluster.up({ web: [settings()], old: [anObject('ConfigMap', 'old', { namespace: 'past' })] })
    const { outcomes, changes } = await cluster.up({ web: [settings()] })
    expect(outcomes).toEqual({ web: 'unchanged' })
    expect(changes).toEqual(['DELETE configmaps/old', 'DELETE namespaces/past'])
  })

  test('keeps a namespace that no manifest declares any more as long as something is in it', async () => {
    const cluster = await TestCluster.start()
    const shop = anObject('Namespace', 'shop')
    const inShop = anObject('ConfigMap', 'a', { namespace: 'shop' })
    await cluster.up({ base: [shop], web: [inShop, anObject('Namespace', 'own')] })
    expect((await cluster.up({ web: [inShop] })).changes).toEqual(['DELETE namespaces/own'])
    expect((await cluster.up({ web: [settings()] })).changes).toEqual(
      expect.arrayContaining(['DELETE configmaps/a', 'DELETE namespaces/shop']),
    )
  })

  test('never removes what is not ours, or what a controller made with our labels', async () => {
    const cluster = await TestCluster.start()
    await cluster.up({ web: [settings()] })
    const [, hash] =
      Object.entries(cluster.fake.get('v1', 'ConfigMap', 'settings')?.metadata.annotations ?? {})[0] ?? []
    cluster.fake.put(anObject('ConfigMap', 'theirs'))
    cluster.fake.put({
      ...anObject('ConfigMap', 'other'),
      metadata: { name: 'other', labels: { ...own('x'), [labels.environment]: 'y' } },
    })
    cluster.fake.put({ ...anObject('Endpoints', 'web'), metadata: { name: 'web', labels: own('web') } })
    const made = { name: 'web-1', labels: own('web'), annotations: { [labels.hash]: hash ?? '' } }
    cluster.fake.put({
      ...anObject('ReplicaSet', 'web-1'),
      metadata: { ...made, ownerReferences: [{ uid: 'u' }] },
    })
    expect((await cluster.up({ web: [settings()] })).changes).toEqual([])
  })

  test('an object that moves from one service to another is not removed', async () => {
    const cluster = await TestCluster.start()
    const other = anObject('Secret', 'login')
    await cluster.up({ a: [settings(), other], b: [anObject('Secret', 'b')] })
    const { changes } = await cluster.up({ a: [other], b: [anObject('Secret', 'b'), settings()] })
    expect(changes).toEqual(['PATCH configmaps/settings'])
    expect(cluster.fake.get('v1', 'ConfigMap', 'settings')?.metadata.labels).toEqual(own('b'))
  })

  test('what cannot be changed is made anew, when it is ours', async () => {
    const cluster = await TestCluster.start()
    const job = (image: string) => aWorkload('Job', 'migrate', { image })
    await cluster.up({ migrate: [job('1')] })
    cluster.fake.refusals.push({
      when: /^PATCH.*migrate/,
      status: 422,
      message: 'spec.template: field is immutable',
      times: 1,
    })
    cluster.fake.lingering.set('Job', 2)
    const { changes } = await cluster.up({ migrate: [job('2')] })
    expect(changes).toEqual(['PATCH jobs/migrate', 'DELETE jobs/migrate', 'PATCH jobs/migrate'])
  })

  test('what cannot be changed and is not ours is told', async () => {
    const cluster = await TestCluster.start()
    cluster.fake.put(aWorkload('Job', 'migrate'))
    cluster.fake.refusals.push({ when: /^PATCH/, status: 422, message: 'spec.template: field is immutable' })
    await expect(cluster.up({ migrate: [aWorkload('Job', 'migrate')] })).rejects.toThrow('field is immutable')
    expect(cluster.fake.changes).toEqual(['PATCH jobs/migrate'])
  })

  test('what failed is tried again: a Job is made anew, and so are failing pods', async () => {
    const cluster = await TestCluster.start()
    const objects = { migrate: [aWorkload('Job', 'migrate')], web: [web] }
    await cluster.up(objects)
    const job = cluster.fake.get('batch/v1', 'Job', 'migrate')
    cluster.fake.put({ ...(job ?? web), status: { conditions: [{ type: 'Failed', status: 'True' }] } })
    cluster.putPod('web', 'web-1-a', 'web-1', {
      app: { ready: false, restartCount: 7, state: { waiting: { reason: 'CrashLoopBackOff' } } },
    })
    cluster.putPod('web', 'web-1-b', 'web-1')
    const { outcomes, changes } = await cluster.up(objects)
    expect(outcomes).toEqual({ migrate: 'applied', web: 'applied' })
    expect(changes).toEqual(['DELETE jobs/migrate', 'PATCH jobs/migrate', 'DELETE pods/web-1-a'])
  })
})

describe('removing a service', () => {
  test('takes all that is its, the last applied first, and nothing else', async () => {
    const cluster = await TestCluster.start()
    const objects = { web: [web, anObject('Service', 'web'), settings()], api: [anObject('Secret', 'login')] }
    const { services } = await cluster.up(objects)
    const before = cluster.fake.changes.length
    await services.removeService('web', {})
    expect(cluster.fake.changes.slice(before)).toEqual([
      'DELETE deployments/web',
      'DELETE services/web',
      'DELETE configmaps/settings',
    ])
  })

  test('of which nothing is left is no error', async () => {
    const cluster = await TestCluster.start()
    const services = await cluster.run({ web: [web] })
    await services.removeService('web', {})
    expect(cluster.fake.changes).toEqual([])
  })
})

describe('the rollout', () => {
  const up = { replicas: 1, updatedReplicas: 1, availableReplicas: 1 }
  const live = (status: Record<string, unknown>) => ({
    ...aLiveWorkload('Deployment', 'web', { status }),
    metadata: { ...aLiveWorkload('Deployment', 'web').metadata, labels: own('web') },
  })
  const started = async () => {
    const cluster = await TestCluster.start()
    const { services } = await cluster.up({ web: [web] })
    const { uid, generation } = (cluster.fake.get('apps/v1', 'Deployment', 'web') ?? web).metadata
    const put = (status: Record<string, unknown>) => {
      const { metadata, ...rest } = live({ observedGeneration: generation, ...status })
      cluster.fake.put({
        ...rest,
        spec: cluster.fake.get('apps/v1', 'Deployment', 'web')?.spec,
        metadata: { ...metadata, uid: String(uid) },
      })
    }
    const { metadata, ...set } = aReplicaSet('web')
    cluster.fake.put({
      ...set,
      metadata: { ...metadata, labels: own('web'), ownerReferences: [{ uid: String(uid) }] },
    })
    return { cluster, services, put }
  }

  test('follows what happens in the cluster, without being asked to look', async () => {
    const { services, put } = await started()
    expect(await services.rollout('web', 0, {})).toMatchObject({ ready: 0, total: 1 })
    const change = services.nextChange(new AbortController().signal)
    put(up)
    await change
    expect(await services.rollout('web', 0, {})).toEqual({ ready: 1, total: 1, waitingFor: '' })
  })

  test('does not take the state before the last apply for the one after it', async () => {
    const cluster = await TestCluster.start()
    const first = await cluster.up({ web: [web] })
    cluster.fake.put({
      ...(cluster.fake.get('apps/v1', 'Deployment', 'web') ?? web),
      status: { observedGeneration: 1, ...up },
    })
    expect(await first.services.rollout('web', 0, {})).toMatchObject({ ready: 1 })
    const { services } = await cluster.up({
      web: [aWorkload('Deployment', 'web', { replicas: 1, paused: false })],
    })
    expect(await services.rollout('web', 0, {})).toMatchObject({ ready: 0, total: 1 })
  })

  test('a container without a probe has to stay up for a moment', async () => {
    const { cluster, services, put } = await started()
    const startedAt = new Date(cluster.clock.epochMs()).toISOString()
    cluster.putPod('web', 'web-1-a', 'web-1', { app: { state: { running: { startedAt } } } })
    put(up)
    expect(await services.rollout('web', 0, {})).toEqual({
      ready: 0,
      total: 1,
      waitingFor: 'web-1-a/app to stay up',
    })
    const change = services.nextChange(new AbortController().signal)
    await cluster.clock.advance(2_000)
    await change
    expect(await services.rollout('web', 0, {})).toMatchObject({ ready: 1, total: 1 })
  })

  test('a crash that its Deployment has not noticed yet is no readiness', async () => {
    const { cluster, services, put } = await started()
    put(up)
    cluster.putPod('web', 'web-1-a', 'web-1', {
      app: { ready: false, state: { terminated: { exitCode: 1 } } },
    })
    expect(await services.rollout('web', 1, {})).toEqual({
      ready: 0,
      total: 1,
      waitingFor: 'web-1-a/app to be started again',
    })
  })

  test('a pod that was evicted, and has been replaced, is of no concern', async () => {
    const { cluster, services, put } = await started()
    put(up)
    cluster.putPod('web', 'web-1-a', 'web-1', { app: { ready: false }, phase: 'Failed' })
    expect(await services.rollout('web', 0, {})).toMatchObject({ ready: 1, total: 1 })
  })

  test('R6: a failure comes with events and the last words of this run and the one before', async () => {
    const { cluster, services, put } = await started()
    put({ replicas: 1, updatedReplicas: 1 })
    cluster.redactor.add('hunter22')
    cluster.fake.logs
      .set('web-1-a/app', 'starting\npassword hunter22 is wrong\n')
      .set('web-1-a/app previous', 'before\n')
    cluster.fake.put({ ...aWarning('web-1-a', 'BackOff', 'Back-off restarting failed container'), count: 3 })
    cluster.putPod('web', 'web-1-a', 'web-1', {
      app: { ready: false, restartCount: 1, state: { terminated: { exitCode: 1 } } },
    })
    const { failure } = await services.rollout('web', 1, {})
    expect(failure?.message).toBe('web-1-a/app crashes: it was restarted 1 time, last after exit code 1')
    expect(failure?.detail).toBe(
      [
        '--- events of web-1-a',
        'BackOff: Back-off restarting failed container (3 times)',
        '--- web-1-a/app, the run before',
        'before',
        '--- web-1-a/app',
        'starting',
        'password *** is wrong',
      ].join('\n'),
    )
  })

  test('R6: what may pass becomes a failure when it lasts, without anything happening', async () => {
    const { cluster, services, put } = await started()
    put({ replicas: 1, updatedReplicas: 1 })
    const message = '0/1 nodes are available: 1 Insufficient memory.'
    cluster.putPod('web', 'web-1-a', 'web-1', {
      conditions: [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message }],
    })
    const state = await services.rollout('web', 0, {})
    expect(state).toEqual({ ready: 0, total: 1, waitingFor: `pod web-1-a cannot be scheduled: ${message}` })
    const change = services.nextChange(new AbortController().signal)
    await cluster.clock.advance(5_000)
    await change
    expect((await services.rollout('web', 0, {})).failure).toMatchObject({
      message: `pod web-1-a cannot be scheduled: ${message}`,
      hint: expect.stringContaining('resources.requests'),
    })
  })

  test('R6: what passes is none', async () => {
    const { cluster, services, put } = await started()
    put({ replicas: 1, updatedReplicas: 1 })
    const pod = (reason: string) =>
      cluster.putPod('web', 'web-1-a', 'web-1', {
        conditions: [
          { type: 'PodScheduled', status: reason === '' ? 'True' : 'False', reason, message: 'no room' },
        ],
      })
    const seen = async (waitingFor: string) => {
      const end = new AbortController()
      while ((await services.rollout('web', 0, {})).waitingFor !== waitingFor)
        await services.nextChange(end.signal)
    }
    pod('Unschedulable')
    await seen('pod web-1-a cannot be scheduled: no room')
    await cluster.clock.advance(4_000)
    pod('')
    await seen('pod web-1-a to be started')
    pod('Unschedulable')
    await seen('pod web-1-a cannot be scheduled: no room')
    await cluster.clock.advance(4_000)
    expect(await services.rollout('web', 0, {})).not.toHaveProperty('failure')
  })

  test.each([true, false])('goes on after a broken watch, forgetful server: %s', async (isForgetful) => {
    const { cluster, services, put } = await started()
    await services.rollout('web', 0, {})
    cluster.fake.dropWatches({ isForgetful })
    put(up)
    const seen = async () => {
      while ((await services.rollout('web', 0, {})).ready === 0)
        await services.nextChange(new AbortController().signal)
    }
    await untilSettled(cluster.clock, seen())
  })

  test('a wait for a change ends with its signal, and does not reject', async () => {
    const { services } = await started()
    const abort = new AbortController()
    const change = services.nextChange(abort.signal)
    abort.abort()
    await change
  })

  test('closing ends all watches', async () => {
    const { cluster, services } = await started()
    await services.rollout('web', 0, {})
    services.close()
    while (cluster.fake.watchers > 0) await new Promise(setImmediate)
    expect(cluster.clock.sleeping).toBe(0)
  })
})

describe('a running container', () => {
  async function running() {
    const cluster = await TestCluster.start()
    const { services } = await cluster.up({ web: [web] })
    cluster.putPod('web', 'web-1-a', 'web-1', { app: { ready: false, state: { waiting: { reason: 'x' } } } })
    cluster.putPod('web', 'web-1-b', 'web-1')
    cluster.putPod('api', 'api-1-a', 'api-1')
    return { cluster, services }
  }

  test('runs commands', async () => {
    const { cluster, services } = await running()
    cluster.redactor.add('hunter22')
    cluster.fake.exec = ([program]) => ({ exitCode: 3, stdout: `${program} hunter22\n` })
    expect(await services.exec('web', ['psql'], {})).toEqual({ exitCode: 3, output: 'psql ***' })
    expect(cluster.fake.requests.at(-1)).toBe('GET /api/v1/namespaces/default/pods/web-1-b/exec')
  })

  test('a service that has none says so', async () => {
    const { services } = await running()
    expect(await services.exec('other', ['psql'], {})).toMatchObject({ exitCode: 1 })
  })

  test('gives its last lines', async () => {
    const { cluster, services } = await running()
    cluster.fake.logs.set('web-1-b/app', 'hello\n').set('api-1-a/app', 'not this\n')
    expect(await services.logs('web', 10, {})).toBe('--- web-1-b/app\nhello')
  })
})
