import { describe, expect, test } from 'vitest'
import { FakeKubernetes } from '../../../test/rig/fake-kubernetes.ts'
import { anObject } from '../../../test/rig/kubernetes-objects.ts'
import { untilSettled } from '../../../test/rig/until-settled.ts'
import { VirtualClock } from '../../../test/rig/virtual-clock.ts'
import { awaitDns, awaitNodes, type ReadyOptions } from './cluster-ready.ts'
import { connectKubernetes } from './connect.ts'
import type { KubernetesClient } from './kubernetes-client.ts'

async function start(prepare: (fake: FakeKubernetes) => void) {
  const fake = await FakeKubernetes.start()
  prepare(fake)
  const client = await connectKubernetes(fake.kubeconfig)
  const clock = new VirtualClock()
  const wait = (what: (client: KubernetesClient, options: ReadyOptions) => Promise<void>) =>
    untilSettled(clock, what(client, { clock, timeoutMs: 5_000 }))
  return { fake, wait }
}

const node = (name: string, status: string, message?: string) =>
  anObject('Node', name, { status: { conditions: [{ type: 'Ready', status, message }] } })
const dns = (addresses: readonly object[]) =>
  anObject('Endpoints', 'kube-dns', { namespace: 'kube-system', subsets: [{ addresses }] })

describe('the nodes', () => {
  test('are ready when each is', async () => {
    const { wait } = await start((fake) => {
      fake.put(node('a', 'True'))
      fake.put(node('b', 'True'))
    })
    await wait(awaitNodes)
  })

  test.each<[string, (fake: FakeKubernetes) => void, string]>([
    ['there is none', () => {}, 'there is no node'],
    [
      'one is not ready, with what it says',
      (fake) => {
        fake.put(node('a', 'True'))
        fake.put(node('b', 'False', 'cni plugin not initialized'))
      },
      'node b is not ready: cni plugin not initialized',
    ],
    [
      'the server is busy',
      (fake) => fake.refusals.push({ when: /nodes/, status: 503, message: 'starting' }),
      'starting',
    ],
  ])('are not when %s', async (_, prepare, reason) => {
    const { wait } = await start(prepare)
    await expect(wait(awaitNodes)).rejects.toMatchObject({ reason: 'Timeout', serverMessage: reason })
  })

  test('a refusal is told at once', async () => {
    const { wait } = await start((fake) => {
      fake.refusals.push({ when: /nodes/, status: 403, message: 'forbidden' })
    })
    await expect(wait(awaitNodes)).rejects.toMatchObject({ status: 403 })
  })
})

describe('R8: the DNS', () => {
  test('answers when a pod is behind its Service', async () => {
    const { wait } = await start((fake) => fake.put(dns([{ ip: '10.0.0.1' }])))
    await wait(awaitDns)
  })

  test('where there are no Endpoints, slices of them count', async () => {
    const { wait } = await start((fake) => {
      fake.store.kinds.push({
        apiVersion: 'discovery.k8s.io/v1',
        kind: 'EndpointSlice',
        root: '/apis/discovery.k8s.io/v1',
        plural: 'endpointslices',
        isNamespaced: true,
      })
      fake.put({
        apiVersion: 'discovery.k8s.io/v1',
        kind: 'EndpointSlice',
        metadata: {
          name: 'kube-dns-x',
          namespace: 'kube-system',
          labels: { 'kubernetes.io/service-name': 'kube-dns' },
        },
        endpoints: [{ conditions: { ready: true } }],
      })
    })
    await wait(awaitDns)
  })

  test.each<[string, (fake: FakeKubernetes) => void, string]>([
    ['nobody is behind it', (fake) => fake.put(dns([])), 'there is no pod for it'],
    [
      'its pods are not ready, with why',
      (fake) => {
        fake.put(dns([]))
        fake.put({
          ...anObject('Pod', 'coredns-1'),
          metadata: { name: 'coredns-1', namespace: 'kube-system', labels: { 'k8s-app': 'kube-dns' } },
          status: {
            containerStatuses: [{ name: 'coredns', state: { waiting: { reason: 'ContainerCreating' } } }],
          },
        })
      },
      'no pod of it is ready (ContainerCreating)',
    ],
  ])('does not when %s', async (_, prepare, reason) => {
    const { wait } = await start(prepare)
    await expect(wait(awaitDns)).rejects.toMatchObject({ reason: 'Timeout', serverMessage: reason })
  })
})
