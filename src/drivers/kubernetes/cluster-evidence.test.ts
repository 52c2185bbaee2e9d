import { expect, test } from 'vitest'
import { FakeKubernetes } from '../../../test/rig/fake-kubernetes.ts'
import { aLivePod, anObject, aWarning } from '../../../test/rig/kubernetes-objects.ts'
import { MemoryFolder } from '../../../test/rig/memory-folder.ts'
import type { EvidenceSource } from '../evidence.ts'
import { connectKubernetes } from './connect.ts'
import { type Connect, KubernetesLogs } from './container-logs.ts'
import { objectEvidence } from './object-evidence.ts'
import { clusterStateEvidence } from './pod-evidence.ts'

const options = { signal: new AbortController().signal, timeoutMs: 5_000 }
const nowhere: Connect = async () => undefined

async function setUp() {
  const fake = await FakeKubernetes.start()
  const connect: Connect = () => connectKubernetes(fake.kubeconfig)
  const collect = async (source: (connect: Connect) => EvidenceSource) => {
    const folder = new MemoryFolder()
    await source(connect).collect(folder, options)
    return folder
  }
  return { fake, connect, collect }
}

const crashed = {
  restartCount: 3,
  ready: false,
  image: 'shop/web',
  state: { waiting: { reason: 'CrashLoopBackOff', message: 'back-off 40s' } },
  lastState: { terminated: { exitCode: 137, reason: 'OOMKilled', startedAt: '2030-01-01T00:00:01Z' } },
}

test('pods are described with what was said about them, and what is wrong is noted', async () => {
  const { fake, collect } = await setUp()
  fake.put(aLivePod('web-1', 'web', { app: crashed }))
  fake.put(aLivePod('db-0', 'db', { app: { restartCount: 1, lastState: { terminated: { exitCode: 1 } } } }))
  fake.put(aWarning('web-1', 'BackOff', 'Back-off restarting failed container hush'))
  fake.put(
    anObject('Node', 'worker', {
      status: { conditions: [{ type: 'Ready', status: 'Unknown', message: 'Kubelet stopped posting' }] },
    }),
  )
  const folder = await collect(clusterStateEvidence)
  expect(folder.text('pods.txt')).toMatchInlineSnapshot(`
    "default/web-1  Running
      container app (shop/web)  waiting (CrashLoopBackOff: back-off 40s), restarted 3 times; before: ended with exit code 137 (OOMKilled)
      not Ready: 
      2030-01-01T00:00:00Z  Warning     BackOff: Back-off restarting failed container ***

    default/db-0  Running
      container app (no image)  running since an unknown time, ready, restarted once; before: ended with exit code 1
    "
  `)
  expect(folder.text('events.txt')).toMatch(/Warning .* BackOff: Back-off restarting failed container \*\*\*/)
  expect(folder.notes.toSorted()).toMatchInlineSnapshot(`
    [
      "db-0/app was restarted once, last after exit code 1",
      "node worker is not ready: Kubelet stopped posting",
      "web-1/app crashes: it was restarted 3 times, last after exit code 137 (OOMKilled)",
    ]
  `)
})

test("the objects of the environment's namespaces are written, without secrets and what only the server needs", async () => {
  const { fake, collect } = await setUp()
  fake.put(anObject('Secret', 'creds', { namespace: 'shop', data: { password: 'aHVzaA==' } }))
  fake.put(anObject('ConfigMap', 'hush', { namespace: 'shop', data: { url: 'db://hush@db' } }))
  fake.put(anObject('ConfigMap', 'kube-root', { namespace: 'kube-system', data: { key: 'x' } }))
  const pod = aLivePod('web-1', 'web')
  const env = [{ name: 'PASSWORD', value: 'hush' }]
  fake.put({
    ...pod,
    metadata: { ...pod.metadata, managedFields: [{ manager: 'kindling' }] },
    spec: { containers: [{ name: 'app', env }] },
  })
  const folder = await collect(objectEvidence)
  expect(folder.paths).toEqual([
    'objects/default/Pod.yaml',
    'objects/shop/ConfigMap.yaml',
    'objects/shop/Secret.yaml',
  ])
  expect(folder.text('objects/shop/Secret.yaml')).toContain('password: <redacted>')
  expect(folder.text('objects/shop/ConfigMap.yaml')).toMatch(/name: hush[\s\S]*url: db:\/\/\*\*\*@db/)
  expect(folder.text('objects/default/Pod.yaml')).toContain('value: "***"')
  expect(folder.text('objects/default/Pod.yaml')).not.toContain('managedFields')
})

test('a kind that cannot be listed takes nothing from the others, and is told', async () => {
  const { fake, connect } = await setUp()
  fake.put(anObject('ConfigMap', 'settings', { namespace: 'shop', data: {} }))
  fake.refusals.push({ when: /\/secrets$/, status: 403, message: 'secrets is forbidden' })
  const folder = new MemoryFolder()
  await expect(objectEvidence(connect).collect(folder, options)).rejects.toThrow(
    'list Secret: secrets is forbidden',
  )
  expect(folder.paths).toEqual(['objects/shop/ConfigMap.yaml'])
})

test('before there is a cluster there is nothing to be told', async () => {
  const folder = new MemoryFolder()
  await clusterStateEvidence(nowhere).collect(folder, options)
  await objectEvidence(nowhere).collect(folder, options)
  expect(folder.paths).toEqual([])
  expect(await new KubernetesLogs(nowhere).containers({})).toEqual([])
})

test('logs are read of this run or the one before, and one that the node has removed is an error', async () => {
  const { fake, connect } = await setUp()
  const labels = { 'dev.kindling.service': 'shop' }
  fake.put(aLivePod('web-1', 'web', { labels, app: crashed }))
  fake.logs.set('web-1/app', '2030-01-01T00:00:02Z now\n')
  fake.logs.set('web-1/app previous', 'unable to retrieve container logs for containerd://1234')
  const logs = new KubernetesLogs(connect)
  const [container] = await logs.containers({})
  expect(container).toEqual({
    ...{ service: 'shop', namespace: 'default', pod: 'web-1', container: 'app', isSystem: false },
    ...{ run: 'uid-web-1 app 3', state: 'waiting', hasPrevious: true, startedAt: '2030-01-01T00:00:01Z' },
  })
  if (container === undefined) return
  const lines: string[] = []
  await logs.read(container, { tail: 10 }, ({ text }) => void lines.push(text), {})
  expect(lines).toEqual(['now'])
  await expect(logs.read(container, { isPrevious: true }, () => {}, {})).rejects.toThrow(
    'logs of web-1/app: its node has removed the log',
  )
})
