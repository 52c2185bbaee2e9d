import { onTestFinished } from 'vitest'
import { connectKubernetes } from '../../src/drivers/kubernetes/connect.ts'
import { KubernetesServices } from '../../src/drivers/kubernetes/services.ts'
import { Podman } from '../../src/drivers/podman/podman.ts'
import { PodCluster } from '../../src/drivers/pods/pod-cluster.ts'
import { translate } from '../../src/drivers/pods/translate.ts'
import { Redactor } from '../../src/exec/redactor.ts'
import { FakeKubernetes } from '../rig/fake-kubernetes.ts'
import { FakePodman } from '../rig/fake-podman.ts'
import { aLivePod, anObject } from '../rig/kubernetes-objects.ts'
import { manifests } from '../rig/manifests.ts'
import { temporaryDirectory } from '../rig/temp-directory.ts'
import { VirtualClock } from '../rig/virtual-clock.ts'
import { forwardContract } from './forward.contract.ts'

forwardContract('Kubernetes', async () => {
  const fake = await FakeKubernetes.start()
  const services = new KubernetesServices(await connectKubernetes(fake.kubeconfig), {
    environment: 'shop',
    services: [],
    objectsOf: () => [],
    clock: new VirtualClock(),
    redactor: new Redactor(),
  })
  onTestFinished(() => services.close())
  const ports = [{ name: 'sql', port: 5432, targetPort: 'main' }]
  fake.put(anObject('Service', 'db', { namespace: 'shop', spec: { selector: { app: 'db' }, ports } }))
  let count = 0
  const podOf = (number: number, isReady: boolean) => {
    const pod = aLivePod(`db-${number}`, 'db', { labels: { app: 'db' } })
    const containers = [{ name: 'app', ports: [{ name: 'main', containerPort: 15_432 }] }]
    return {
      ...pod,
      metadata: { ...pod.metadata, namespace: 'shop' },
      spec: { containers },
      status: { ...pod.status, conditions: [{ type: 'Ready', status: isReady ? 'True' : 'False' }] },
    }
  }
  return {
    cluster: services,
    serve: (port) => {
      if (count > 0) fake.put(podOf(count, false))
      count++
      if (port === undefined) return
      fake.podPorts.set(`db-${count}:15432`, port)
      fake.put(podOf(count, true))
    },
  }
})

forwardContract('Podman', async () => {
  const fake = new FakePodman()
  const db = manifests(
    'db',
    `apiVersion: apps/v1
kind: Deployment
metadata: { name: db, namespace: shop }
spec:
  template:
    metadata: { labels: { app: db } }
    spec: { containers: [{ name: app, image: db, ports: [{ name: main, containerPort: 15432 }] }] }
---
apiVersion: v1
kind: Service
metadata: { name: db, namespace: shop }
spec: { selector: { app: db }, ports: [{ name: sql, port: 5432, targetPort: main }] }
`,
  )
  const target = { service: 'db', namespace: 'shop' }
  const { pods, forwards } = translate(
    [db],
    [
      { ...target, port: 5432 },
      { ...target, port: 'sql' },
    ],
  )
  const cluster = new PodCluster(new Podman(fake.exec), {
    environment: 'e',
    pods,
    forwards,
    hostPorts: new Map(),
    volumeDirectory: temporaryDirectory(),
    imageId: async () => 'sha256:1',
    imageFor: (text) => text,
  })
  await cluster.start({ beforeChange: () => {} })
  return {
    cluster,
    serve: async (port) => {
      await cluster.removeService('db', {})
      if (port === undefined) return
      fake.hostPorts.set('e-db:15432', port)
      await cluster.apply('db', { beforeChange: () => {} })
    },
  }
})
