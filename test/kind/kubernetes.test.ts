import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import type { RolloutState } from '../../src/drivers/cluster.ts'
import { awaitDns, awaitNodes } from '../../src/drivers/kubernetes/cluster-ready.ts'
import { connectKubernetes } from '../../src/drivers/kubernetes/connect.ts'
import type { KubernetesClient } from '../../src/drivers/kubernetes/kubernetes-client.ts'
import { KubernetesServices } from '../../src/drivers/kubernetes/services.ts'
import { Redactor } from '../../src/exec/redactor.ts'
import { systemClock } from '../../src/util/clock.ts'
import type { KubernetesObject } from '../../src/util/kubernetes-object.ts'
import { anObject } from '../rig/kubernetes-objects.ts'
import { createCluster, missing, type OwnCluster, shellImage } from './own-cluster.ts'

const readyTimeoutMs = 120_000
/** Far more than a failure may take to be told, and far less than waiting for success would. */
const rolloutTimeoutMs = 200_000

interface PodSpec {
  readonly container?: Record<string, unknown>
  readonly pod?: Record<string, unknown>
}

const stays = 'trap "exit 0" TERM; echo up; sleep 3600 & wait'

function template(app: string, { container = {}, pod = {} }: PodSpec): unknown {
  const command = ['sh', '-c', stays]
  const app1 = { name: 'app', image: shellImage, imagePullPolicy: 'Never', command, ...container }
  return {
    metadata: { labels: { app } },
    spec: { terminationGracePeriodSeconds: 1, containers: [app1], ...pod },
  }
}

function workload(kind: string, name: string, spec: PodSpec = {}, more: object = {}): KubernetesObject {
  const selector = { selector: { matchLabels: { app: name } } }
  return anObject(kind, name, { spec: { ...selector, template: template(name, spec), ...more } })
}

function job(name: string, command: string, more: object = {}): KubernetesObject {
  const spec = { container: { command: ['sh', '-c', command] }, pod: { restartPolicy: 'Never' } }
  return anObject('Job', name, { spec: { template: template(name, spec), ...more } })
}

describe.skipIf(missing !== undefined)(`Kubernetes${missing === undefined ? '' : ` (${missing})`}`, () => {
  let cluster: OwnCluster
  let client: KubernetesClient
  let count = 0

  beforeAll(async () => {
    cluster = createCluster('kindling-test')
    client = await connectKubernetes(cluster.kubeconfig)
    const options = { clock: systemClock, timeoutMs: readyTimeoutMs }
    await awaitNodes(client, options)
    await awaitDns(client, options)
  })

  afterAll(() => cluster?.remove())

  function open(
    environment: string,
    objects: Readonly<Record<string, readonly KubernetesObject[]>>,
  ): KubernetesServices {
    const services = new KubernetesServices(client, {
      environment,
      services: Object.keys(objects),
      objectsOf: (service) => objects[service] ?? [],
      clock: systemClock,
      redactor: new Redactor(),
    })
    onTestFinished(() => services.close())
    return services
  }

  /** An environment of the running test's own with one service, in a namespace that goes with the test. */
  function environment() {
    const id = `test-${++count}`
    const placed = (objects: readonly KubernetesObject[]) =>
      objects.map((object) => ({ ...object, metadata: { namespace: id, ...object.metadata } }))
    onTestFinished(
      async () => void (await client.delete({ apiVersion: 'v1', kind: 'Namespace', name: id }, {})),
    )
    return async (...objects: KubernetesObject[]) => {
      const services = open(id, { web: placed(objects) })
      const lines: string[] = []
      const outcome = await services.apply('web', {
        beforeChange: () => {},
        onLine: (_, line) => lines.push(line),
      })
      return { services, outcome, lines, namespace: id }
    }
  }

  async function settled(services: KubernetesServices, restarts = 0): Promise<RolloutState> {
    const signal = AbortSignal.timeout(rolloutTimeoutMs)
    for (;;) {
      const state = await services.rollout('web', restarts, { signal })
      if (state.failure !== undefined || state.ready === state.total) return state
      await services.nextChange(signal)
    }
  }

  /** What a service that will not come up is told to suffer from. */
  async function failureOf(...objects: KubernetesObject[]): Promise<NonNullable<RolloutState['failure']>> {
    const { services } = await environment()(...objects)
    const { failure } = await settled(services)
    if (failure === undefined) throw new Error('it came up')
    return failure
  }

  test('R7: workloads of every kind come up, stay as they are, and go', async () => {
    const apply = environment()
    const objects = [
      workload('Deployment', 'web', { container: { ports: [{ containerPort: 8080 }] } }, { replicas: 2 }),
      workload('StatefulSet', 'db', {}, { serviceName: 'db' }),
      workload('DaemonSet', 'agent'),
      job('migrate', 'echo done'),
      anObject('Service', 'web', {
        spec: { selector: { app: 'web' }, ports: [{ port: 80, targetPort: 8080 }] },
      }),
      anObject('Secret', 'login', { stringData: { password: 'hunter22' } }),
    ]
    const { services, outcome } = await apply(...objects)
    expect(outcome).toBe('applied')
    expect(await settled(services)).toEqual({ ready: 5, total: 5, waitingFor: '' })
    const again = await apply(...objects)
    expect(again.outcome).toBe('unchanged')
    expect(await settled(again.services)).toMatchObject({ ready: 5, total: 5 })

    expect(await again.services.exec('web', ['sh', '-c', 'echo out; echo err >&2; exit 3'], {})).toEqual({
      exitCode: 3,
      output: 'out\nerr',
    })
    expect(await again.services.exec('web', ['sleep', '60'], { timeoutMs: 500 })).toMatchObject({
      exitCode: 124,
    })
    expect((await again.services.exec('web', ['/nothing'], {})).output).toContain('no such file')
    expect(await again.services.logs('web', 5, {})).toMatch(/^--- web-.*\/app\nup\n/)

    await again.services.removeService('web', {})
    const labels = { 'dev.kindling.service': 'web', 'dev.kindling.environment': 'test-1' }
    for (const kind of [
      { apiVersion: 'apps/v1', kind: 'Deployment' },
      { apiVersion: 'v1', kind: 'Secret' },
    ])
      expect((await client.list({ ...kind, labels }, {})).items).toEqual([])
  })

  test('only what has changed is applied, and what is gone from the manifests goes', async () => {
    const apply = environment()
    const settings = (value: string) => anObject('ConfigMap', 'settings', { data: { value } })
    const { namespace } = await apply(workload('Deployment', 'web'), settings('1'), anObject('Secret', 'old'))
    const key = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web', namespace }
    const before = await client.get(key, {})
    const { outcome } = await apply(workload('Deployment', 'web'), settings('2'))
    expect(outcome).toBe('applied')
    expect((await client.get(key, {}))?.metadata.generation).toBe(before?.metadata.generation)
    expect(
      await client.get({ ...key, apiVersion: 'v1', kind: 'ConfigMap', name: 'settings' }, {}),
    ).toMatchObject({
      data: { value: '2' },
    })
    expect(await client.get({ ...key, apiVersion: 'v1', kind: 'Secret', name: 'old' }, {})).toBeUndefined()
  })

  test('what cannot be changed is made anew: a Job, and the selector of a Deployment', async () => {
    const apply = environment()
    await apply(job('migrate', 'exit 0'), workload('Deployment', 'web'))
    const other = workload(
      'Deployment',
      'web',
      {},
      { selector: { matchLabels: { app: 'web', tier: 'front' } } },
    )
    const { template } = other.spec as { template: { metadata: { labels: Record<string, string> } } }
    template.metadata.labels.tier = 'front'
    const { services, lines } = await apply(job('migrate', 'echo anew'), other)
    expect(lines).toHaveLength(2)
    expect(await settled(services)).toMatchObject({ ready: 2, total: 2 })
    expect(await services.logs('web', 5, {})).toContain('anew')
  })

  test('a Deployment that changes is ready when its new pods are, and not before', async () => {
    const apply = environment()
    await settled((await apply(workload('Deployment', 'web'))).services)
    const command = ['sh', '-c', `echo second; ${stays}`]
    const { services } = await apply(workload('Deployment', 'web', { container: { command } }))
    expect(await settled(services)).toMatchObject({ ready: 1, total: 1 })
    expect(await services.logs('web', 5, {})).toContain('second')
  })

  test('R3: a definition and an object of it in one go; an invalid one is told in the words of the server', async () => {
    const definition = anObject('CustomResourceDefinition', 'shops.kindling-test.example.com', {
      spec: {
        group: 'kindling-test.example.com',
        scope: 'Namespaced',
        names: { plural: 'shops', singular: 'shop', kind: 'Shop' },
        versions: [
          {
            name: 'v1',
            served: true,
            storage: true,
            schema: {
              openAPIV3Schema: {
                type: 'object',
                properties: {
                  spec: { type: 'object', properties: { size: { type: 'integer', maximum: 5 } } },
                },
              },
            },
          },
        ],
      },
    })
    onTestFinished(async () => {
      const { name } = definition.metadata
      await client.delete(
        { apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition', name },
        {},
      )
    })
    const apply = environment()
    const shop = (size: number) =>
      anObject('Shop', 'corner', { apiVersion: 'kindling-test.example.com/v1', spec: { size } })
    expect((await apply(shop(3), definition)).outcome).toBe('applied')
    await expect(apply(shop(9), definition)).rejects.toMatchObject({
      status: 422,
      message: expect.stringContaining('should be less than or equal to 5'),
    })
  })

  test('R4: what a webhook is in the way of is applied as soon as it is not', async () => {
    const apply = environment()
    const { namespace } = await apply(anObject('Secret', 'first'))
    const webhook = {
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: 'ValidatingWebhookConfiguration',
      name: `kindling-${namespace}`,
    }
    await client.apply(
      {
        apiVersion: webhook.apiVersion,
        kind: webhook.kind,
        metadata: { name: webhook.name },
        webhooks: [
          {
            name: 'guard.example.com',
            clientConfig: { service: { name: 'nobody', namespace } },
            rules: [
              { apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['configmaps'] },
            ],
            namespaceSelector: { matchLabels: { 'dev.kindling.environment': namespace } },
            failurePolicy: 'Fail',
            sideEffects: 'None',
            admissionReviewVersions: ['v1'],
          },
        ],
      } as unknown as KubernetesObject,
      {},
    )
    onTestFinished(async () => void (await client.delete(webhook, {})))
    const settings = { ...anObject('ConfigMap', 'settings'), metadata: { name: 'settings', namespace } }
    const services = open(namespace, { web: [settings] })
    const lines: string[] = []
    const onLine = (_: string, line: string) => {
      lines.push(line)
      if (lines.length === 2) void client.delete(webhook, {})
    }
    expect(await services.apply('web', { beforeChange: () => {}, onLine })).toBe('applied')
    expect(lines[0]).toMatch(/failed calling webhook .* trying again/)
  })

  describe('R6: what will not come up is told, with the reason', () => {
    test('a crash at the start', async () => {
      const command = ['sh', '-c', 'echo last words; exit 3']
      expect(await failureOf(workload('Deployment', 'web', { container: { command } }))).toMatchObject({
        message: expect.stringMatching(/^web-.*\/app crashes: it .*exit code 3$/),
        detail: expect.stringMatching(/--- events of web-[\s\S]*\/app\nlast words/),
      })
    })

    test('an init container that fails', async () => {
      const init = {
        name: 'prepare',
        image: shellImage,
        imagePullPolicy: 'Never',
        command: ['sh', '-c', 'exit 7'],
      }
      expect(
        await failureOf(workload('StatefulSet', 'db', { pod: { initContainers: [init] } })),
      ).toMatchObject({
        message: expect.stringMatching(/^db-0\/prepare \(init container\) crashes: it .*exit code 7$/),
      })
    })

    test('a key that the ConfigMap lacks', async () => {
      const from = { configMapKeyRef: { name: 'settings', key: 'url' } }
      const env = [{ name: 'URL', valueFrom: from }]
      const objects = [
        anObject('ConfigMap', 'settings'),
        workload('Deployment', 'web', { container: { env } }),
      ]
      expect((await failureOf(...objects)).message).toMatch(/cannot be configured: couldn't find key url/)
    })

    test('a ConfigMap that is not there to be mounted', async () => {
      const volumes = [{ name: 'settings', configMap: { name: 'settings' } }]
      const volumeMounts = [{ name: 'settings', mountPath: '/settings' }]
      const spec = { pod: { volumes }, container: { volumeMounts } }
      const { message } = await failureOf(workload('Deployment', 'web', spec))
      expect(message).toMatch(/cannot mount a volume: .*configmap "settings" not found/)
    })

    test.each<[string, Record<string, unknown>, RegExp]>([
      [
        'an image that was not loaded',
        { image: 'localhost/none:1' },
        /has no image: .*not present with pull policy of Never/,
      ],
      [
        'an image that cannot be pulled',
        { image: 'registry.invalid/shop/none:1', imagePullPolicy: 'Always' },
        /has no image: .*registry\.invalid/,
      ],
      ['a name of an image that is none', { image: 'UPPER/case:1' }, /has no image: .*reference/],
      ['a command that is not in the image', { command: ['/nothing'] }, /cannot be started: .*\/nothing/],
      [
        'more memory than there is',
        { resources: { requests: { memory: '90000Gi' } } },
        /^pod web-.* cannot be scheduled: .*Insufficient memory/,
      ],
    ])('%s', async (_, container, message) => {
      expect((await failureOf(workload('Deployment', 'web', { container }))).message).toMatch(message)
    })

    test('a Job that exits 1', async () => {
      const failure = await failureOf(job('migrate', 'echo oh no; exit 1', { backoffLimit: 0 }))
      expect(failure.message).toMatch(/^Job test-\d+\/migrate has failed: .*backoff limit .*exit code 1\)$/)
      expect(failure.detail).toContain('oh no')
    })

    test('pods that are not admitted', async () => {
      const quota = anObject('ResourceQuota', 'none', { spec: { hard: { pods: '0' } } })
      const { message } = await failureOf(quota, workload('Deployment', 'web'))
      expect(message).toMatch(/^no pods can be made for Deployment .*exceeded quota/)
    })
  })

  test('what failed is tried again at the next `up`, and comes up when its cause is gone', async () => {
    const apply = environment()
    const env = [{ name: 'URL', valueFrom: { configMapKeyRef: { name: 'settings', key: 'url' } } }]
    const objects = [
      workload('Deployment', 'web', { container: { env } }),
      job('migrate', 'exit 1', { backoffLimit: 0 }),
    ]
    const failed = await apply(anObject('ConfigMap', 'settings'), ...objects)
    expect((await settled(failed.services)).failure).toBeDefined()
    const settings = anObject('ConfigMap', 'settings', { data: { url: 'x' } })
    const { services, lines } = await apply(settings, objects[0] ?? settings)
    expect(lines.join('\n')).toContain('Job')
    expect(await settled(services)).toMatchObject({ ready: 1, total: 1 })
  })
})
