import { describe, expect, test, vi } from 'vitest'
import { FakeKubernetes } from '../../../test/rig/fake-kubernetes.ts'
import { anObject } from '../../../test/rig/kubernetes-objects.ts'
import { connectKubernetes } from './connect.ts'
import type { KubernetesClient, WatchEvent } from './kubernetes-client.ts'

async function start(): Promise<{ readonly fake: FakeKubernetes; readonly client: KubernetesClient }> {
  const fake = await FakeKubernetes.start()
  return { fake, client: await connectKubernetes(fake.kubeconfig) }
}

const settings = (namespace?: string) =>
  anObject('ConfigMap', 'settings', { data: { a: '1' }, ...(namespace === undefined ? {} : { namespace }) })
const settingsKey = { apiVersion: 'v1', kind: 'ConfigMap', name: 'settings' }
const container = { namespace: 'default', pod: 'web', container: 'app' }

describe('objects', () => {
  test('are applied, read, listed and deleted', async () => {
    const { client } = await start()
    const applied = await client.apply(settings(), {})
    expect(applied).toMatchObject({ metadata: { namespace: 'default' }, data: { a: '1' } })
    expect(await client.get(settingsKey, {})).toEqual(applied)
    expect((await client.list({ apiVersion: 'v1', kind: 'ConfigMap' }, {})).items).toEqual([applied])
    expect(await client.delete(settingsKey, {})).toBe(true)
    expect(await client.get(settingsKey, {})).toBeUndefined()
    expect(await client.delete(settingsKey, {})).toBe(false)
  })

  test('are found by labels, fields and namespace, and may be had without their content', async () => {
    const { fake, client } = await start()
    fake.put({ ...settings('a'), metadata: { name: 'one', namespace: 'a', labels: { app: 'x' } } })
    fake.put({ ...settings('b'), metadata: { name: 'two', namespace: 'b', labels: { app: 'x' } } })
    fake.put({ ...settings('b'), metadata: { name: 'three', namespace: 'b', labels: { app: 'y' } } })
    const names = async (more: object) =>
      (await client.list({ apiVersion: 'v1', kind: 'ConfigMap', ...more }, {})).items.map(
        ({ metadata }) => metadata.name,
      )
    expect(await names({ labels: { app: 'x' } })).toEqual(['one', 'two'])
    expect(await names({ namespace: 'b' })).toEqual(['two', 'three'])
    expect(await names({ fields: { 'metadata.name': 'three' } })).toEqual(['three'])
    const query = { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'a', isMetadataOnly: true }
    const [item] = (await client.list(query, {})).items
    expect(item).toEqual({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: expect.objectContaining({ name: 'one' }),
    })
  })

  test('of a kind whose definition has just come are known', async () => {
    const { fake, client } = await start()
    const shop = anObject('Shop', 'corner', { apiVersion: 'example.com/v1' })
    await expect(client.apply(shop, {})).rejects.toMatchObject({ reason: 'NoSuchKind', status: 404 })
    fake.store.kinds.push({
      apiVersion: 'example.com/v1',
      kind: 'Shop',
      plural: 'shops',
      root: '/apis/example.com/v1',
      isNamespaced: false,
    })
    expect(await client.apply(shop, {})).toMatchObject({ metadata: { name: 'corner' } })
  })

  test('the kinds of a server are asked for once', async () => {
    const { fake, client } = await start()
    await Promise.all([client.get(settingsKey, {}), client.get({ ...settingsKey, kind: 'Secret' }, {})])
    await client.get(settingsKey, {})
    expect(fake.requests.filter((line) => line === 'GET /api/v1')).toHaveLength(1)
  })

  test('a group whose server is away does not hide the others', async () => {
    const { fake, client } = await start()
    fake.refusals.push({ when: /apis\/batch\/v1$/, status: 503, message: 'no endpoints' })
    const kinds = (await client.kinds({})).map(({ kind }) => kind)
    expect(kinds).toContain('Deployment')
    expect(kinds).not.toContain('Job')
  })
})

describe('what goes wrong', () => {
  test('a refusal is told in the words of the server', async () => {
    const { fake, client } = await start()
    fake.refusals.push({ when: /^PATCH/, status: 403, reason: 'Forbidden', message: 'denied: no such luck' })
    await expect(client.apply(settings('shop'), {})).rejects.toMatchObject({
      name: 'KubernetesError',
      status: 403,
      reason: 'Forbidden',
      serverMessage: 'denied: no such luck',
      message: 'apply ConfigMap shop/settings: denied: no such luck',
    })
  })

  test('a server that is not there is unreachable', async () => {
    const config = JSON.parse((await FakeKubernetes.start()).kubeconfig)
    config.clusters[0].cluster.server = 'http://127.0.0.1:1'
    const client = await connectKubernetes(JSON.stringify(config))
    await expect(client.get(settingsKey, {})).rejects.toMatchObject({
      reason: 'Unreachable',
      status: undefined,
      serverMessage: expect.stringContaining('ECONNREFUSED'),
    })
  })

  test('a call ends with its signal, with the reason of that', async () => {
    const { client } = await start()
    const signal = AbortSignal.abort(new Error('enough'))
    await expect(client.list({ apiVersion: 'v1', kind: 'Pod' }, { signal })).rejects.toThrow('enough')
  })

  test.each(['{}', 'current-context: nowhere', '{'])(
    'a kubeconfig that is none is told: %s',
    async (text) => {
      await expect(connectKubernetes(text)).rejects.toMatchObject({
        name: 'KubernetesError',
        reason: 'Invalid',
      })
    },
  )
})

describe('a watch', () => {
  test('tells what happens after a list, and ends with its signal', async () => {
    const { fake, client } = await start()
    const query = { apiVersion: 'v1', kind: 'ConfigMap' }
    const { resourceVersion } = await client.list(query, {})
    fake.put(settings())
    const abort = new AbortController()
    const seen: string[] = []
    for await (const { type, object } of client.watch(query, resourceVersion, abort.signal)) {
      seen.push(`${type} ${object.metadata.name}`)
      if (type === 'ADDED') fake.put({ ...settings(), data: { a: '2' } })
      else if (type === 'MODIFIED') fake.remove('v1', 'ConfigMap', 'settings')
      else abort.abort()
    }
    expect(seen).toEqual(['ADDED settings', 'MODIFIED settings', 'DELETED settings'])
  })

  test('is over when nobody reads on', async () => {
    const { fake, client } = await start()
    const query = { apiVersion: 'v1', kind: 'ConfigMap' }
    const { resourceVersion } = await client.list(query, {})
    fake.put(settings())
    const end = new AbortController()
    for await (const { type } of client.watch(query, resourceVersion, end.signal)) if (type === 'ADDED') break
    await vi.waitFor(() => expect(fake.watchers).toBe(0))
    end.abort()
  })

  test('a server that has forgotten where it was says so', async () => {
    const { fake, client } = await start()
    const watching = client.watch({ apiVersion: 'v1', kind: 'ConfigMap' }, '0', new AbortController().signal)
    fake.put(settings())
    const events: WatchEvent[] = []
    const work = (async () => {
      for await (const event of watching) {
        events.push(event)
        fake.dropWatches({ isForgetful: true })
      }
    })()
    await expect(work).rejects.toMatchObject({ status: 410, reason: 'Expired' })
    expect(events).toHaveLength(1)
  })
})

describe('commands in containers', () => {
  async function exec(script: ReturnType<FakeKubernetes['exec']>, options = {}) {
    const { fake, client } = await start()
    fake.exec = () => script
    return client.exec(container, ['sh', '-c', 'x'], options)
  }

  test('end with their exit code, and both outputs', async () => {
    expect(await exec({ exitCode: 0, stdout: 'a\n' })).toEqual({ exitCode: 0, output: 'a' })
    expect(await exec({ exitCode: 3, stdout: 'a\n', stderr: 'b\n' })).toEqual({ exitCode: 3, output: 'a\nb' })
  })

  test('get their arguments as they are', async () => {
    const { fake, client } = await start()
    let seen: readonly string[] = []
    fake.exec = (command) => {
      seen = command
      return { exitCode: 0 }
    }
    await client.exec(container, ['echo', 'a b', '&c=d', ''], {})
    expect(seen).toEqual(['echo', 'a b', '&c=d', ''])
  })

  test('that cannot be started are told of', async () => {
    expect(await exec({ exitCode: 1, notStarted: 'exec: "x": not found' })).toEqual({
      exitCode: 126,
      output: 'exec: "x": not found',
    })
  })

  test('that do not end in time end with 124', async () => {
    expect(await exec(undefined, { timeoutMs: 20 })).toEqual({ exitCode: 124, output: 'no end within 20 ms' })
  })

  test('end with the signal', async () => {
    const { fake, client } = await start()
    const abort = new AbortController()
    fake.exec = () => {
      abort.abort(new Error('enough'))
      return undefined
    }
    await expect(client.exec(container, ['sleep'], { signal: abort.signal })).rejects.toThrow('enough')
  })
})

test('logs are those of the wanted run', async () => {
  const { fake, client } = await start()
  fake.logs.set('web/app', 'now\n').set('web/app previous', 'before\n')
  expect(await client.logs(container, { lines: 5, isPrevious: false }, {})).toBe('now\n')
  expect(await client.logs(container, { lines: 5, isPrevious: true }, {})).toBe('before\n')
})
