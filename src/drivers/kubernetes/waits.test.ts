import { describe, expect, onTestFinished, test } from 'vitest'
import { FakeKubernetes } from '../../../test/rig/fake-kubernetes.ts'
import { aLivePod, anObject, aWorkload } from '../../../test/rig/kubernetes-objects.ts'
import { untilSettled } from '../../../test/rig/until-settled.ts'
import { VirtualClock } from '../../../test/rig/virtual-clock.ts'
import { Redactor } from '../../exec/redactor.ts'
import type { KubernetesObject } from '../../util/kubernetes-object.ts'
import type { ObjectCondition, RolloutState } from '../cluster.ts'
import { labels } from '../labels.ts'
import { connectKubernetes } from './connect.ts'
import { KubernetesServices } from './services.ts'

const own = { [labels.environment]: 'shop', [labels.service]: 'web' }
const met: RolloutState = { ready: 1, total: 1, waitingFor: '' }

async function start(objects: readonly KubernetesObject[]) {
  const fake = await FakeKubernetes.start()
  const clock = new VirtualClock()
  const services = new KubernetesServices(await connectKubernetes(fake.kubeconfig), {
    environment: 'shop',
    services: ['web'],
    objectsOf: () => objects,
    clock,
    redactor: new Redactor(),
  })
  onTestFinished(() => services.close())
  const putPod = (...[name, owner, options]: Parameters<typeof aLivePod>) =>
    fake.put(aLivePod(name, owner, { labels: own, ...options }))
  /** Looks after each change until the state is as wanted; one that comes during a look is seen at the next. */
  const until = async (look: () => Promise<unknown>, wanted: unknown) => {
    const seen = async () => {
      while (JSON.stringify(await look()) !== JSON.stringify(wanted))
        await services.nextChange(new AbortController().signal)
    }
    await untilSettled(clock, seen())
  }
  return { fake, clock, services, putPod, until }
}

describe('R8: endpoints', () => {
  const service = anObject('Service', 'web', { namespace: 'shop' })
  const look = (services: KubernetesServices, name?: string) => services.endpoints('web', name, {})

  test('are watched where the cluster has no slices', async () => {
    const { fake, services, until } = await start([service])
    const put = (addresses: readonly object[]) =>
      fake.put(anObject('Endpoints', 'web', { namespace: 'shop', subsets: [{ addresses }] }))
    const waiting = { ready: 0, total: 1, waitingFor: 'an address behind Service web' }
    expect(await look(services)).toEqual(waiting)
    put([])
    put([{ ip: '10.0.0.1' }])
    await until(() => look(services), met)
    put([])
    await until(() => look(services), waiting)
    // To see whether they can be had, to have them, and to watch them.
    expect(fake.requests.filter((line) => line.endsWith('/endpoints'))).toHaveLength(3)
  })

  test('in slices count when one is ready, or nobody knows', async () => {
    const { fake, services, until } = await start([service])
    fake.store.kinds.push({
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      root: '/apis/discovery.k8s.io/v1',
      plural: 'endpointslices',
      isNamespaced: true,
    })
    const put = (endpoints: readonly object[]) =>
      fake.put({
        apiVersion: 'discovery.k8s.io/v1',
        kind: 'EndpointSlice',
        metadata: {
          name: 'web-x',
          namespace: 'shop',
          labels: { 'kubernetes.io/service-name': 'web' },
        },
        endpoints,
      })
    const addresses = ['10.0.0.1']
    put([{ addresses, conditions: { ready: false } }])
    expect(await look(services)).toMatchObject({ ready: 0, total: 1 })
    put([
      { addresses, conditions: { ready: false } },
      { addresses, conditions: { ready: true } },
    ])
    await until(() => look(services), met)
    put([{ addresses: [] }])
    await until(() => look(services), { ready: 0, total: 1, waitingFor: 'an address behind Service web' })
    put([{ addresses }])
    await until(() => look(services), met)
  })

  test('are wanted of every Service, but for names of others', async () => {
    const external = anObject('Service', 'mail', { spec: { type: 'ExternalName' } })
    const { services } = await start([service, anObject('Service', 'api'), external])
    expect(await look(services)).toMatchObject({ total: 2 })
    expect(await look(services, 'api')).toMatchObject({ total: 1 })
    expect(await look(services, 'mail')).toMatchObject({ total: 0 })
  })

  test('that may not be read are told at once', async () => {
    const { fake, services } = await start([service])
    fake.refusals.push({ when: /endpoints/, status: 403, message: 'endpoints is forbidden' })
    expect(await look(services)).toMatchObject({
      failure: { message: expect.stringContaining('endpoints is forbidden') },
    })
  })
})

describe('a condition', () => {
  const wanted: ObjectCondition = {
    object: { kind: 'CustomResourceDefinition', name: 'shops.example.com' },
    type: 'Established',
    status: 'True',
  }
  const crd = (conditions: readonly object[], generation = 1) => ({
    ...anObject('CustomResourceDefinition', 'shops.example.com', { status: { conditions } }),
    metadata: { name: 'shops.example.com', generation },
  })

  test('of an object that is not among the manifests is watched', async () => {
    const { fake, services, until } = await start([])
    const look = () => services.condition('web', wanted, {})
    const told = async (waitingFor: string) => until(look, { ready: 0, total: 1, waitingFor })
    await told('CustomResourceDefinition shops.example.com to be there')
    fake.put(crd([{ type: 'NamesAccepted', status: 'True' }]))
    await told('Established of CustomResourceDefinition shops.example.com, which tells of NamesAccepted')
    fake.put(crd([{ type: 'Established', status: 'False', reason: 'Installing', message: 'a moment' }]))
    await told('CustomResourceDefinition shops.example.com: Established is False (Installing: a moment)')
    fake.put(crd([{ type: 'Established', status: 'True' }]))
    await until(look, met)
    expect(fake.requests.filter((line) => line.endsWith('/customresourcedefinitions')).length).toBeLessThan(5)
  })

  test('of an older version of the object does not count', async () => {
    const object = { kind: 'Deployment', name: 'web' }
    const deployment = (observedGeneration: number) => {
      const conditions = [{ type: 'Available', status: 'True', observedGeneration }]
      return { ...aWorkload('Deployment', 'web'), status: { conditions } }
    }
    const { fake, services, until } = await start([])
    fake.put(deployment(0))
    const look = () => services.condition('web', { object, type: 'Available', status: 'True' }, {})
    expect(await look()).toMatchObject({ waitingFor: 'Deployment web to be looked at by its controller' })
    fake.put(deployment(1))
    await until(look, met)
  })

  test('finds an object of the manifests in its own version and namespace', async () => {
    const certificate = { apiVersion: 'certs.example.com/v1', kind: 'Certificate' }
    const { fake, services, until } = await start([
      { ...certificate, metadata: { name: 'web', namespace: 'shop' } },
    ])
    const look = () =>
      services.condition(
        'web',
        { object: { kind: 'Certificate', name: 'web' }, type: 'Ready', status: 'True' },
        {},
      )
    expect(await look()).toMatchObject({
      ready: 0,
      waitingFor: expect.stringContaining('no kind Certificate in certs.example.com/v1'),
    })
    fake.store.kinds.push({
      ...certificate,
      root: '/apis/certs.example.com/v1',
      plural: 'certificates',
      isNamespaced: true,
    })
    fake.put({
      ...certificate,
      metadata: { name: 'web', namespace: 'shop' },
      status: { conditions: [{ type: 'Ready', status: 'True' }] },
    })
    await until(look, met)
  })

  test('of a kind that two groups have says that a version is needed', async () => {
    const { fake, services } = await start([])
    for (const group of ['a.example.com', 'b.example.com']) {
      const root = `/apis/${group}/v1`
      fake.store.kinds.push({
        apiVersion: `${group}/v1`,
        kind: 'Shop',
        root,
        plural: 'shops',
        isNamespaced: true,
      })
    }
    const look = (apiVersion?: string) =>
      services.condition(
        'web',
        {
          object: { kind: 'Shop', name: 'web', ...(apiVersion === undefined ? {} : { apiVersion }) },
          type: 'Ready',
          status: 'True',
        },
        {},
      )
    expect((await look()).waitingFor).toBe(
      'an `apiVersion` of it, since Shop is a kind of a.example.com/v1 and b.example.com/v1',
    )
    expect((await look('b.example.com/v1')).waitingFor).toBe('Shop web to be there')
  })

  test('that may not be read is told at once', async () => {
    const { fake, services } = await start([])
    fake.refusals.push({ when: /customresource/, status: 403, message: 'it is forbidden' })
    expect(await services.condition('web', wanted, {})).toMatchObject({
      failure: { message: expect.stringContaining('it is forbidden') },
    })
  })
})

describe('Jobs alone', () => {
  test('are all of them, or the one that is named', async () => {
    const { fake, services } = await start([
      aWorkload('Deployment', 'web'),
      aWorkload('Job', 'migrate'),
      aWorkload('Job', 'seed'),
    ])
    const status = { conditions: [{ type: 'Complete', status: 'True' }] }
    const job = aWorkload('Job', 'migrate')
    fake.put({ ...job, metadata: { ...job.metadata, labels: own }, status })
    expect(await services.rollout('web', 0, { job: true })).toMatchObject({ ready: 1, total: 2 })
    expect(await services.rollout('web', 0, { job: 'migrate' })).toEqual(met)
    expect(await services.rollout('web', 0, { job: 'web' })).toMatchObject({ total: 0 })
  })

  test('R6: looking at them does not make a lasting problem of others look new', async () => {
    const { clock, services, putPod } = await start([aWorkload('Pod', 'web'), aWorkload('Job', 'migrate')])
    const conditions = [
      { type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message: 'no room' },
    ]
    putPod('web', 'x', { conditions })
    for (const wait of [0, 3_000, 3_000]) {
      await clock.advance(wait)
      await services.rollout('web', 0, { job: true })
      await services.rollout('web', 0, {})
    }
    expect((await services.rollout('web', 0, {})).failure?.message).toContain('cannot be scheduled')
  })
})

describe('a container that is chosen', () => {
  const running = { running: {} }

  test('runs the command: in the pod of that name, or in a pod of that workload', async () => {
    const { fake, services, putPod } = await start([aWorkload('StatefulSet', 'db'), aWorkload('Pod', 'web')])
    const set = fake.put({
      ...aWorkload('StatefulSet', 'db'),
      metadata: { name: 'db', labels: own, uid: 'uid-db' },
    })
    putPod('web', 'nobody')
    putPod('db-0', String(set.metadata.name))
    putPod('db-1', String(set.metadata.name))
    const podOf = async (pod: string) => {
      const outcome = await services.exec('web', ['ls'], { pod, container: 'app' })
      return outcome.exitCode === 0 ? /pods\/([^/]+)/.exec(fake.requests.at(-1) ?? '')?.[1] : outcome.output
    }
    expect([await podOf('db'), await podOf('db-1'), await podOf('web'), await podOf('d')]).toEqual([
      'db-0',
      'db-1',
      'web',
      'web has no running container app of d to run a command in',
    ])
  })

  test('has the log of its last start read, and none while it waits for the next', async () => {
    const { fake, services, putPod, until } = await start([aWorkload('Pod', 'web')])
    putPod('web', 'nobody', { app: { state: running } })
    fake.logs.set('web/app', '2030-01-01T00:00:05.1Z one\n2030-01-01T00:00:06.2Z two\n')
    const look = (container?: string) =>
      services.newLogs('web', container === undefined ? {} : { container }, new Map(), {})
    const piece = (run: string) => ({
      container: 'web/app',
      run,
      lines: ['one', 'two'],
      mark: '2030-01-01T00:00:05.200Z',
    })
    expect(await look()).toEqual([piece('uid-web app 0')])
    expect(await look('other')).toEqual([])
    putPod('web', 'nobody', { app: { restartCount: 1, state: running } })
    await until(look, [piece('uid-web app 1')])
    putPod('web', 'nobody', { app: { restartCount: 1, state: { waiting: { reason: 'CrashLoopBackOff' } } } })
    await until(look, [])
  })
})

test('an object is found by its manifest, or by its kind where that is the only one of its name', async () => {
  const service = anObject('Service', 'web', { namespace: 'shop' })
  const { fake, services } = await start([service])
  const find = (kind: string, name: string) => services.object('web', { kind, name }, {})
  expect(await find('Service', 'web')).toBe('Service web to be there')
  fake.put(anObject('Service', 'web', { namespace: 'shop', spec: { clusterIP: '10.0.0.1' } }))
  expect(await find('Service', 'web')).toMatchObject({ spec: { clusterIP: '10.0.0.1' } })
  fake.put(anObject('ConfigMap', 'made', { namespace: 'default', data: { key: 'x' } }))
  expect(await find('ConfigMap', 'made')).toMatchObject({ data: { key: 'x' } })
  expect(await find('Gizmo', 'made')).toBe('the kind Gizmo, which the cluster does not have')
})
