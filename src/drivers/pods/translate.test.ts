import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { deployment, manifests, service, told } from '../../../test/rig/manifests.ts'
import type { ContainerPlan, PodPlan } from './pod-plan.ts'
import { translate } from './translate.ts'

function podsOf(yaml: string, ports: Readonly<Record<string, number>> = {}): readonly PodPlan[] {
  const { pods, problems } = translate([manifests('api', yaml, ports)])
  expect(problems.map(told)).toEqual([])
  return pods
}

function podOf(yaml: string, ports: Readonly<Record<string, number>> = {}): PodPlan {
  const [pod] = podsOf(yaml, ports)
  if (pod === undefined) throw new Error('no pod')
  return pod
}

function containerOf(yaml: string): ContainerPlan {
  const [container] = podOf(yaml).containers
  if (container === undefined) throw new Error('no container')
  return container
}

function problemsOf(yaml: string, ports: Readonly<Record<string, number>> = {}): string[] {
  return translate([manifests('api', yaml, ports)]).problems.map(told)
}

const template =
  'template: { metadata: { labels: { app: db } }, spec: { containers: [{ name: main, image: x }] } }'
const workload = (kind: string, spec: string) =>
  `---\napiVersion: apps/v1\nkind: ${kind}\nmetadata: { name: db }\nspec: { ${spec} }\n`

describe('workloads become pods', () => {
  test.each([
    ['Deployment', template, ['db']],
    ['Deployment', `replicas: 2, ${template}`, ['db-0', 'db-1']],
    ['Deployment', `replicas: 0, ${template}`, []],
    ['ReplicaSet', template, ['db']],
    ['StatefulSet', `replicas: 2, serviceName: db, ${template}`, ['db-0', 'db-1']],
    ['StatefulSet', template, ['db-0']],
    ['DaemonSet', template, ['db']],
    ['Job', template, ['db']],
  ])('%s %s', (kind, spec, names) => {
    expect(podsOf(workload(kind, spec)).map(({ name }) => name)).toEqual(names)
  })

  test('a Pod stands for itself', () => {
    const yaml =
      'apiVersion: v1\nkind: Pod\nmetadata: { name: one }\nspec: { containers: [{ name: main, image: x }] }'
    expect(podOf(yaml)).toMatchObject({
      service: 'api',
      name: 'one',
      hostname: 'one',
      runsToCompletion: false,
    })
  })

  test.each([
    ['Job', `backoffLimit: 2, ${template}`, 'on-failure:2', true],
    ['Job', `backoffLimit: 0, ${template}`, 'no', true],
    ['Job', template, 'on-failure:6', true],
    ['Deployment', template, 'always', false],
  ])('%s %s is restarted %s', (kind, spec, restart, runsToCompletion) => {
    const pod = podOf(workload(kind, spec))
    expect([pod.containers[0]?.restart, pod.runsToCompletion]).toEqual([restart, runsToCompletion])
  })

  test('an init container is never restarted and has no probes', () => {
    const init = 'initContainers: [{ name: first, image: x, readinessProbe: { tcpSocket: { port: 1 } } }]'
    const [first] = podOf(deployment('api', '', init)).initContainers
    expect(first).toMatchObject({ name: 'first', restart: 'no', readiness: [] })
  })
})

describe('names and ports', () => {
  test('a pod answers to every name that DNS would give its Services', () => {
    const yaml =
      deployment('api') +
      service('api', '{ port: 80 }') +
      service('front', '{ port: 80 }').replace('app: front', 'app: api')
    expect(podOf(yaml).aliases).toEqual([
      ...['api', 'api.default', 'api.default.svc', 'api.default.svc.cluster.local'],
      ...['front', 'front.default', 'front.default.svc', 'front.default.svc.cluster.local'],
    ])
  })

  test('a Service without a selector, of another namespace or for other labels does not count', () => {
    const other = service('api', '{ port: 80 }')
    for (const front of [
      other.replace('selector: { app: api }, ', ''),
      other.replace('name: api', 'name: api, namespace: elsewhere'),
      other.replace('app: api', 'app: api, tier: back'),
    ]) {
      expect(podOf(deployment('api') + front).aliases).toEqual([])
    }
  })

  test('each pod of a StatefulSet has a name of its own under its Service', () => {
    const yaml =
      workload('StatefulSet', `replicas: 2, serviceName: db, ${template}`) + service('db', '{ port: 5432 }')
    const [first, second] = podsOf(yaml)
    expect(first?.aliases).toContain('db-0.db.default.svc.cluster.local')
    expect(second?.aliases).toContain('db-1.db')
    expect(second?.aliases).not.toContain('db-0.db')
  })

  test.each([
    ['the same port', '{ port: 8080 }', []],
    ['another port', '{ port: 80, targetPort: 8080 }', [{ from: 80, to: 8080 }]],
    ['a named port', '{ port: 80, targetPort: http }', [{ from: 80, to: 8080 }]],
    [
      'two ports to one',
      '{ name: a, port: 80, targetPort: 8080 }, { name: b, port: 81, targetPort: 8080 }',
      [
        { from: 80, to: 8080 },
        { from: 81, to: 8080 },
      ],
    ],
  ])('a Service leads %s', (_, ports, redirects) => {
    const yaml = deployment('api', 'ports: [{ name: http, containerPort: 8080 }]') + service('api', ports)
    expect(podOf(yaml).redirects).toEqual(redirects)
  })

  test('a declared port comes out on the host through the Service, by its target', () => {
    const yaml =
      deployment('api', 'ports: [{ name: http, containerPort: 8080 }]') +
      service('api', '{ port: 80, targetPort: http }')
    expect(podOf(yaml, { web: 80 }).published).toEqual([{ containerPort: 8080, use: 'api.web' }])
  })

  test('a declared port may be that of a container, where no Service has it', () => {
    expect(podOf(deployment('api', 'ports: [{ containerPort: 9000 }]'), { admin: 9000 }).published).toEqual([
      { containerPort: 9000, use: 'api.admin' },
    ])
  })

  test('a port that a probe knocks at comes out without a use, once, unless it is declared', () => {
    const probes = 'readinessProbe: { httpGet: { port: 8080 } }, startupProbe: { tcpSocket: { port: 8080 } }'
    const yaml = deployment('api', `ports: [{ containerPort: 8080 }], ${probes}`)
    expect(podOf(yaml).published).toEqual([{ containerPort: 8080 }])
    expect(podOf(yaml, { web: 8080 }).published).toEqual([{ containerPort: 8080, use: 'api.web' }])
  })

  test('of several replicas, the first has the declared port', () => {
    const yaml = deployment('api', 'ports: [{ containerPort: 80 }]').replace(
      'spec:\n',
      'spec:\n  replicas: 2\n',
    )
    expect(podsOf(yaml, { web: 80 }).map(({ published }) => published.length)).toEqual([1, 0])
  })
})

describe('forwards', () => {
  const api = deployment('api', 'ports: [{ name: web, containerPort: 8080 }]')
  const target = { service: 'api', namespace: 'default' }
  const forwardsOf = (of: Parameters<typeof translate>[1], ports: Readonly<Record<string, number>> = {}) =>
    translate(
      [manifests('api', api + service('api', '{ name: http, port: 80, targetPort: web }'), ports)],
      of,
    )

  test('are published where podman likes, on every pod behind the Service', () => {
    const { forwards, pods } = forwardsOf([
      { ...target, port: 'http' },
      { ...target, port: 80 },
    ])
    expect([...forwards]).toEqual([
      ['default/api:http', [{ pod: 'api', containerPort: 8080 }]],
      ['default/api:80', [{ pod: 'api', containerPort: 8080 }]],
    ])
    expect(pods[0]?.published).toEqual([{ containerPort: 8080 }])
  })

  test('take the port that is published already, and change nothing else of a pod', () => {
    const withForward = forwardsOf([{ ...target, port: 80 }], { web: 80 })
    expect(withForward.pods).toEqual(forwardsOf([], { web: 80 }).pods)
  })

  test('to what is not there lead nowhere', () => {
    expect(forwardsOf([{ ...target, port: 81 }]).forwards.size).toBe(0)
  })
})

describe('the environment of a container', () => {
  const config = `---
apiVersion: v1
kind: ConfigMap
metadata: { name: settings }
data: { LEVEL: info, URL: "http://$(HOST)" }
binaryData: { BLOB: aGk= }
`
  const secret = `---
apiVersion: v1
kind: Secret
metadata: { name: login }
data: { USER: YWRtaW4=, PASSWORD: b2xk }
stringData: { PASSWORD: "pa$$word$(HOST)" }
`
  const envOf = (fields: string) => containerOf(deployment('api', fields) + config + secret).env

  test('whole objects come in with a prefix, and single entries win over them', () => {
    expect(
      envOf(
        'envFrom: [{ configMapRef: { name: settings }, prefix: APP_ }, { secretRef: { name: login } }], env: [{ name: USER, value: me }]',
      ),
    ).toEqual({
      APP_LEVEL: 'info',
      APP_URL: 'http://$(HOST)',
      APP_BLOB: 'hi',
      USER: 'me',
      PASSWORD: 'pa$$word$(HOST)',
    })
  })

  test('what the manifest writes out is expanded, what a Secret or ConfigMap holds is not', () => {
    expect(
      envOf(`env: [
        { name: HOST, value: db },
        { name: PASSWORD, valueFrom: { secretKeyRef: { name: login, key: PASSWORD } } },
        { name: URL, valueFrom: { configMapKeyRef: { name: settings, key: URL } } },
        { name: DSN, value: "pg://$(HOST)/$(LATER)?p=$(PASSWORD)&c=$$(HOST)" },
        { name: LATER, value: x }]`),
    ).toEqual({
      HOST: 'db',
      PASSWORD: 'pa$$word$(HOST)',
      URL: 'http://$(HOST)',
      DSN: 'pg://db/$(LATER)?p=pa$$word$(HOST)&c=$(HOST)',
      LATER: 'x',
    })
  })

  test('a value comes from the pod itself', () => {
    const field = (name: string, path: string) =>
      `{ name: ${name}, valueFrom: { fieldRef: { fieldPath: "${path}" } } }`
    expect(
      envOf(
        `env: [${field('A', 'metadata.name')}, ${field('B', 'metadata.namespace')}, ${field('C', "metadata.labels['app']")}]`,
      ),
    ).toEqual({ A: 'api', B: 'default', C: 'api' })
  })

  test('what is missing is told with its place, unless it is optional', () => {
    const yaml = (optional: string) =>
      deployment(
        'api',
        `envFrom: [{ configMapRef: { name: absent${optional} } }, { secretRef: { name: absent${optional} } }], env: [
          { name: A, valueFrom: { configMapKeyRef: { name: settings, key: ABSENT${optional} } } },
          { name: B, valueFrom: { secretKeyRef: { name: absent, key: X${optional} } } }]`,
      ) + config
    const at = 'invalid Deployment spec.template.spec.containers.0'
    expect(problemsOf(yaml(''))).toEqual([
      `${at}.envFrom.0: no ConfigMap absent in namespace default of this environment`,
      `${at}.envFrom.1: no Secret absent in namespace default of this environment`,
      `${at}.env.0.valueFrom: ConfigMap settings has no key ABSENT`,
      `${at}.env.1.valueFrom: no Secret absent in namespace default of this environment`,
    ])
    expect(containerOf(yaml(', optional: true')).env).toEqual({})
  })

  test('command and arguments see it, and an empty command is none', () => {
    const fields =
      'env: [{ name: PORT, value: "80" }], command: [run, "--port=$(PORT)"], args: ["$(NOT)", "$$(PORT)", "$(constructor)"]'
    expect(containerOf(deployment('api', fields))).toMatchObject({
      entrypoint: ['run', '--port=80'],
      args: ['$(NOT)', '$(PORT)', '$(constructor)'],
    })
    expect(containerOf(deployment('api', 'command: [], args: [x]'))).not.toHaveProperty('entrypoint')
  })

  test('the values of Secrets are told, to be kept out of all output', () => {
    expect([...translate([manifests('api', secret)]).secrets].sort()).toEqual(['admin', 'pa$$word$(HOST)'])
  })
})

describe('volumes', () => {
  const files = (pod: PodPlan) =>
    pod.files.flatMap((set) =>
      set.files.map(({ path, content, mode }) => `${path} ${mode.toString(8)} ${content}`),
    )
  const config =
    '---\napiVersion: v1\nkind: ConfigMap\nmetadata: { name: settings }\ndata: { a: "1", b: "2" }\n'
  const mount = (more = '') => `volumeMounts: [{ name: v, mountPath: /v${more} }]`
  const volume = (source: string) => `volumes: [{ name: v, ${source} }]`

  test.each([
    ['all its keys', 'configMap: { name: settings }', ['a 644 1', 'b 644 2']],
    [
      'those that are named, where they are wanted',
      'configMap: { name: settings, items: [{ key: b, path: deep/c, mode: 0o400 }] }',
      ['deep/c 400 2'],
    ],
    [
      'a mode for all',
      'configMap: { name: settings, defaultMode: 0o600, items: [{ key: a, path: a }] }',
      ['a 600 1'],
    ],
  ])('a ConfigMap gives %s', (_, source, expected) => {
    const pod = podOf(deployment('api', mount(), volume(source)) + config)
    expect(files(pod)).toEqual(expected)
    expect(pod.containers[0]?.mounts).toEqual([
      { target: '/v', readOnly: true, source: { kind: 'files', name: 'default.api.v', subPath: '' } },
    ])
  })

  test('a Secret that is optional and missing is an empty directory', () => {
    expect(
      files(podOf(deployment('api', mount(), volume('secret: { secretName: absent, optional: true }')))),
    ).toEqual([])
  })

  test.each([
    ['emptyDir: {}', { kind: 'scratch', name: 'default.api.v', subPath: '' }],
    ['emptyDir: ', { kind: 'scratch', name: 'default.api.v', subPath: '' }],
    ['hostPath: { path: /data }', { kind: 'host', path: '/data' }],
    [
      'persistentVolumeClaim: { claimName: data }',
      { kind: 'directory', name: 'default.claim.data', subPath: '' },
    ],
  ])('%s', (source, expected) => {
    const claim = '---\napiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: { name: data }\nspec: {}\n'
    const pod = podOf(deployment('api', mount(), volume(source)) + claim)
    expect(pod.containers[0]?.mounts).toEqual([{ target: '/v', readOnly: false, source: expected }])
  })

  test('a part of a volume, for reading only', () => {
    const pod = podOf(deployment('api', mount(', subPath: x/y, readOnly: true'), volume('emptyDir: {}')))
    expect(pod.containers[0]?.mounts[0]).toMatchObject({ readOnly: true, source: { subPath: 'x/y' } })
  })

  test('each pod of a StatefulSet has a claim of its own, as Kubernetes names it', () => {
    const spec = `replicas: 2, volumeClaimTemplates: [{ metadata: { name: data } }], ${template.replace('image: x', 'image: x, volumeMounts: [{ name: data, mountPath: /d }]')}`
    const sources = podsOf(workload('StatefulSet', spec)).map((pod) => pod.containers[0]?.mounts[0]?.source)
    expect(sources).toEqual([
      { kind: 'directory', name: 'default.claim.data-db-0', subPath: '' },
      { kind: 'directory', name: 'default.claim.data-db-1', subPath: '' },
    ])
  })

  test.each([
    [
      'configMap: { name: absent }',
      'invalid Deployment spec.template.spec.volumes.0: no ConfigMap absent in namespace default of this environment',
    ],
    [
      'configMap: { name: settings, items: [{ key: absent, path: x }] }',
      'invalid Deployment spec.template.spec.volumes.0: ConfigMap settings has no key absent',
    ],
    [
      'configMap: { name: settings, items: [{ key: a, path: ../x }] }',
      'invalid Deployment spec.template.spec.volumes.0: ../x leads out of the volume',
    ],
    [
      'persistentVolumeClaim: { claimName: absent }',
      'invalid Deployment spec.template.spec.volumes.0: no PersistentVolumeClaim absent in namespace default of this environment',
    ],
    [
      'nfs: { server: x }',
      'unsupported Deployment spec.template.spec.volumes.0: a volume of kind nfs cannot be served by pods on podman',
    ],
  ])('%s is a problem, told once', (source, expected) => {
    expect(problemsOf(deployment('api', mount(), volume(source)) + config)).toEqual([expected])
  })

  test('a mount of a volume that does not exist is a problem', () => {
    expect(problemsOf(deployment('api', mount()))).toEqual([
      'invalid Deployment spec.template.spec.containers.0.volumeMounts.0.name: api has no volume named v',
    ])
  })
})

describe('what the container may', () => {
  test('its own security context wins over that of the pod', () => {
    const own =
      'securityContext: { runAsUser: 2, readOnlyRootFilesystem: true, capabilities: { add: [NET_ADMIN], drop: [ALL] } }'
    const pod = 'securityContext: { runAsUser: 1, runAsGroup: 3, fsGroup: 4, supplementalGroups: [5] }'
    expect(containerOf(deployment('api', own, pod))).toMatchObject({
      user: '2:3',
      groups: [5, 4],
      readOnlyRoot: true,
      privileged: false,
      addCapabilities: ['NET_ADMIN'],
      dropCapabilities: ['ALL'],
    })
  })

  test('limits are numbers; requests are nothing here', () => {
    const fields = 'resources: { limits: { memory: 64Mi, cpu: 250m }, requests: { memory: 1Gi } }'
    expect(containerOf(deployment('api', fields))).toMatchObject({ memoryBytes: 64 * 2 ** 20, cpus: 0.25 })
  })

  test('a limit that is no quantity is a problem', () => {
    expect(problemsOf(deployment('api', 'resources: { limits: { memory: lots } }'))).toEqual([
      'invalid Deployment spec.template.spec.containers.0.resources.limits.memory: lots is not a quantity',
    ])
  })

  test('probes become checks, in the order in which Kubernetes asks', () => {
    const fields = `ports: [{ name: http, containerPort: 8080 }],
      readinessProbe: { httpGet: { path: ready, port: http, scheme: HTTPS } },
      startupProbe: { exec: { command: [true] }, timeoutSeconds: 3 }`
    expect(containerOf(deployment('api', fields.replace('[true]', '["true"]'))).readiness).toEqual([
      { kind: 'exec', command: ['true'], timeoutMs: 3_000 },
      { kind: 'http', port: 8080, path: '/ready', isTls: true },
    ])
  })
})

describe('what pods on podman cannot serve is told, with its place', () => {
  const object = (apiVersion: string, kind: string) =>
    `---\napiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: { name: x }\n`
  const cannot = 'cannot be served by pods on podman'

  test.each([
    ['apiextensions.k8s.io/v1', 'CustomResourceDefinition'],
    ['rbac.authorization.k8s.io/v1', 'Role'],
    ['admissionregistration.k8s.io/v1', 'ValidatingWebhookConfiguration'],
    ['networking.k8s.io/v1', 'Ingress'],
    ['batch/v1', 'CronJob'],
  ])('%s %s', (apiVersion, kind) => {
    expect(problemsOf(object(apiVersion, kind))).toEqual([`unsupported ${kind} kind: ${kind} x ${cannot}`])
  })

  test('and what means nothing without an API server is not', () => {
    expect(problemsOf(object('v1', 'Namespace') + object('v1', 'ServiceAccount'))).toEqual([])
  })

  test.each([
    [
      'ExternalName',
      service('api', '{ port: 1 }').replace('spec: {', 'spec: { type: ExternalName,'),
      `Service spec.type: a Service of type ExternalName ${cannot}`,
    ],
    [
      'UDP',
      service('api', '{ port: 1, protocol: UDP }'),
      `Service spec.ports.0.protocol: the protocol UDP ${cannot}`,
    ],
    [
      'the host network',
      deployment('api', '', 'hostNetwork: true'),
      `Deployment spec.template.spec.hostNetwork: a pod on the host network ${cannot}`,
    ],
    [
      'a gRPC probe',
      deployment('api', 'readinessProbe: { grpc: { port: 1 } }'),
      `Deployment spec.template.spec.containers.0.readinessProbe: a gRPC probe ${cannot}`,
    ],
    [
      'a sidecar',
      deployment('api', '', 'initContainers: [{ name: s, image: x, restartPolicy: Always }]'),
      `Deployment spec.template.spec.initContainers.0.restartPolicy: a sidecar container (init container that keeps running) ${cannot}`,
    ],
    [
      'several completions',
      workload('Job', `completions: 2, ${template}`),
      `Job spec.completions: a Job with several completions ${cannot}`,
    ],
    [
      'a field of the pod it does not know',
      deployment('api', 'env: [{ name: A, valueFrom: { fieldRef: { fieldPath: status.podIP } } }]'),
      `Deployment spec.template.spec.containers.0.env.0.valueFrom.fieldRef: the field status.podIP ${cannot}`,
    ],
    [
      'two Services of one name',
      service('api', '{ port: 1 }') +
        service('api', '{ port: 1 }').replace('name: api', 'name: api, namespace: b'),
      `Service metadata.name: a second Service named api ${cannot}`,
    ],
    [
      'two pods of one name',
      workload('Deployment', template) + workload('Job', template),
      `Job metadata.name: a second pod named db ${cannot}`,
    ],
  ])('%s', (_, yaml, expected) => {
    expect(problemsOf(yaml)).toEqual([`unsupported ${expected}`])
  })

  test('one port of a pod leading to two', () => {
    const yaml =
      deployment('api') +
      service('api', '{ port: 80, targetPort: 1 }') +
      service('b', '{ port: 80, targetPort: 2 }').replace('app: b', 'app: api')
    expect(problemsOf(yaml)).toEqual([
      `unsupported Service spec.ports.0.targetPort: port 80 of api leading to both 1 and 2 ${cannot}`,
    ])
  })

  test('a named port that no container has, in a Service and in a probe', () => {
    expect(
      problemsOf(
        deployment('api', 'readinessProbe: { tcpSocket: { port: absent } }') +
          service('api', '{ port: 80, targetPort: absent }'),
      ),
    ).toEqual([
      'invalid Deployment spec.template.spec.containers.0.readinessProbe.tcpSocket.port: no container of api has a port named absent',
      'invalid Service spec.ports.0.targetPort: no container of api has a port named absent',
    ])
  })

  test('a declared port that nothing has', () => {
    expect(problemsOf(deployment('api') + service('api', '{ port: 80 }'), { web: 81 })).toEqual([
      'invalid Deployment : no Service or container of api has the port 81, which kindling.yaml names web',
    ])
  })

  test('a manifest that is not of its kind', () => {
    const [problem, ...more] = problemsOf(
      'apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: a }\nspec: { template: { spec: { containers: [] } } }',
    )
    expect([problem, more]).toEqual([
      expect.stringMatching(/^invalid Deployment spec\.template\.spec\.containers: /),
      [],
    ])
  })

  test('all problems at once, and those of a template once for all its replicas', () => {
    const broken = deployment(
      'api',
      'readinessProbe: { grpc: {} }, volumeMounts: [{ name: absent, mountPath: /x }], startupProbe: { tcpSocket: { port: absent } }',
    ).replace('spec:\n', 'spec:\n  replicas: 3\n')
    expect(problemsOf(broken + object('v1', 'Role'))).toHaveLength(4)
  })
})

describe('translation is pure', () => {
  const deepFreeze = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return
    Object.freeze(value)
    for (const inner of Object.values(value)) deepFreeze(inner)
  }

  test('it changes nothing it was given, and gives the same for the same', () => {
    const kinds = fc.constantFrom('Deployment', 'StatefulSet', 'DaemonSet', 'Job')
    fc.assert(
      fc.property(
        fc.array(fc.tuple(kinds, fc.integer({ min: 0, max: 3 })), { maxLength: 4 }),
        (workloads) => {
          const yaml = workloads.map(([kind, replicas], i) =>
            workload(kind, `replicas: ${replicas}, ${template}`).replace('name: db', `name: db${i}`),
          )
          const given = [manifests('api', yaml.join('') + service('db', '{ port: 80, targetPort: 8080 }'))]
          deepFreeze(given.map(({ objects }) => objects))
          expect(translate(given)).toEqual(translate(given))
        },
      ),
      { numRuns: 25 },
    )
  })

  test('the order of services does not change the pods', () => {
    const api = manifests('api', deployment('api', 'envFrom: [{ configMapRef: { name: c } }]'))
    const other = manifests(
      'other',
      '---\napiVersion: v1\nkind: ConfigMap\nmetadata: { name: c }\ndata: { A: "1" }\n',
    )
    expect(translate([other, api]).pods).toEqual(translate([api, other]).pods)
  })
})
