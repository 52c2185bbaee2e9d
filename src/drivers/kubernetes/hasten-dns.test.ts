import { expect, test } from 'vitest'
import { FakeKubernetes } from '../../../test/rig/fake-kubernetes.ts'
import { anObject } from '../../../test/rig/kubernetes-objects.ts'
import { systemClock } from '../../util/clock.ts'
import { connectKubernetes } from './connect.ts'
import { hastenDns, hastenDnsInTime } from './hasten-dns.ts'

const coreDns = anObject('Deployment', 'coredns', { namespace: 'kube-system', apiVersion: 'apps/v1' })

async function hastened(prepare: (fake: FakeKubernetes) => void): Promise<readonly string[]> {
  const fake = await FakeKubernetes.start()
  prepare(fake)
  await hastenDns(await connectKubernetes(fake.kubeconfig), { isSingleNode: true })
  return fake.requests.filter((request) => !request.startsWith('GET'))
}

test('the pods of the DNS are asked every second whether they are ready', async () => {
  expect(await hastened((fake) => fake.put(coreDns))).toEqual([
    'PATCH /apis/apps/v1/namespaces/kube-system/deployments/coredns',
  ])
})

test('a cluster with another DNS stays as it is', async () => {
  expect(await hastened(() => {})).toEqual([])
})

test('a cluster that does not take it stays as it is', async () => {
  const requests = await hastened((fake) => {
    fake.put(coreDns)
    fake.refusals.push({ when: /^PATCH/, status: 403, message: 'no' })
  })
  expect(requests).toHaveLength(1)
})

test('it is found as soon as it is there, whatever the cluster says before', async () => {
  const fake = await FakeKubernetes.start()
  fake.refusals.push({ when: /^GET/, status: 403, message: 'not yet', times: 2 })
  const done = hastenDnsInTime(await connectKubernetes(fake.kubeconfig), {
    isSingleNode: false,
    clock: systemClock,
  })
  while (fake.requests.length < 4) await systemClock.sleep(10)
  fake.put(coreDns)
  await done
  expect(fake.requests.at(-1)).toMatch(/^PATCH/)
})

test('it is waited for no longer than somebody wants', async () => {
  const fake = await FakeKubernetes.start()
  const signal = AbortSignal.timeout(300)
  const client = await connectKubernetes(fake.kubeconfig)
  await expect(hastenDnsInTime(client, { isSingleNode: true, clock: systemClock, signal })).rejects.toThrow(
    'timeout',
  )
})
