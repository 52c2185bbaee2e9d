import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { KubernetesObject } from '../util/kubernetes-object.ts'
import { asInstance } from './instance.ts'
import { parseManifests } from './manifest.ts'
import { clusterScope } from './object-scope.ts'

function objects(text: string): readonly KubernetesObject[] {
  const { manifests, diagnostics } = parseManifests('/repo/a.yaml', text)
  expect(diagnostics).toEqual([])
  return manifests.map(({ object }) => object)
}

function blue(text: string, keepsNames = false) {
  const all = objects(text)
  const before = structuredClone(all)
  const result = asInstance(all, 'web-blue', { of: 'web', keepsNames }, clusterScope(all))
  expect(all).toEqual(before)
  return result
}

const named = (list: readonly KubernetesObject[]) =>
  list.map(({ kind, metadata }) => `${kind} ${metadata.name}`)

describe('names of an instance in the namespace of the first', () => {
  test('are its own, of all that belongs to a namespace, and of what is there for one alone', () => {
    const kinds = [
      ['v1', 'Namespace'],
      ['v1', 'ConfigMap'],
      ['v1', 'PersistentVolume'],
      ['rbac.authorization.k8s.io/v1', 'ClusterRole'],
      ['rbac.authorization.k8s.io/v1', 'ClusterRoleBinding'],
      ['shop.example.com/v1', 'Widget'],
    ]
    const text = kinds
      .map(
        ([apiVersion, kind]) => `{ apiVersion: ${apiVersion}, kind: ${kind}, metadata: { name: web-x } }\n`,
      )
      .join('---\n')
    expect(named(blue(text).objects)).toEqual([
      'Namespace web-x',
      'ConfigMap web-blue-x',
      'PersistentVolume web-blue-x',
      'ClusterRole web-x',
      'ClusterRoleBinding web-blue-x',
      'Widget web-blue-x',
    ])
  })

  test('are followed by what a pod refers to, where that is its own', () => {
    const { objects: all } = blue(`
apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      serviceAccountName: web
      subdomain: web
      imagePullSecrets: [{ name: login }, { name: others }]
      volumes:
        - { name: a, configMap: { name: settings } }
        - { name: b, secret: { secretName: login } }
        - { name: c, persistentVolumeClaim: { claimName: data } }
        - { name: d, projected: { sources: [{ configMap: { name: settings } }, { secret: { name: others } }] } }
      initContainers: [{ name: i, image: x, envFrom: [{ secretRef: { name: login } }] }]
      containers:
        - name: web
          image: x
          envFrom: [{ configMapRef: { name: settings } }, { configMapRef: { name: login } }]
          env:
            - { name: A, valueFrom: { secretKeyRef: { name: login, key: a } } }
            - { name: B, valueFrom: { configMapKeyRef: { name: settings, key: b } } }
            - { name: URL, value: "http://web:8080" }
          ports: [{ containerPort: 80, hostPort: 80 }]
---
{ apiVersion: v1, kind: ConfigMap, metadata: { name: settings } }
---
{ apiVersion: v1, kind: Secret, metadata: { name: login } }
---
{ apiVersion: v1, kind: PersistentVolumeClaim, metadata: { name: data } }
---
{ apiVersion: v1, kind: ServiceAccount, metadata: { name: web } }
---
{ apiVersion: v1, kind: Service, metadata: { name: web } }
`)
    expect(all[0]).toMatchObject({
      metadata: { name: 'web-blue' },
      spec: {
        selector: { matchLabels: { app: 'web' } },
        template: {
          spec: {
            serviceAccountName: 'web-blue',
            subdomain: 'web-blue',
            imagePullSecrets: [{ name: 'login-web-blue' }, { name: 'others' }],
            volumes: [
              { name: 'a', configMap: { name: 'settings-web-blue' } },
              { name: 'b', secret: { secretName: 'login-web-blue' } },
              { name: 'c', persistentVolumeClaim: { claimName: 'data-web-blue' } },
              {
                projected: {
                  sources: [{ configMap: { name: 'settings-web-blue' } }, { secret: { name: 'others' } }],
                },
              },
            ],
            initContainers: [{ name: 'i', envFrom: [{ secretRef: { name: 'login-web-blue' } }] }],
            containers: [
              {
                name: 'web',
                image: 'x',
                envFrom: [
                  { configMapRef: { name: 'settings-web-blue' } },
                  { configMapRef: { name: 'login' } },
                ],
                env: [
                  { valueFrom: { secretKeyRef: { name: 'login-web-blue', key: 'a' } } },
                  { valueFrom: { configMapKeyRef: { name: 'settings-web-blue', key: 'b' } } },
                  { value: 'http://web:8080' },
                ],
                ports: [{ containerPort: 80 }],
              },
            ],
          },
        },
      },
    })
    expect(JSON.stringify(all[0])).not.toContain('hostPort')
  })

  test.each([
    ['StatefulSet', 'serviceName: web', { serviceName: 'web-blue' }],
    [
      'HorizontalPodAutoscaler',
      'scaleTargetRef: { kind: StatefulSet, name: web }',
      { scaleTargetRef: { name: 'web-blue' } },
    ],
    [
      'HorizontalPodAutoscaler',
      'scaleTargetRef: { kind: Deployment, name: web }',
      { scaleTargetRef: { name: 'web' } },
    ],
    ['Ingress', 'tls: [{ secretName: web }]', { tls: [{ secretName: 'web-blue' }] }],
    [
      'Ingress',
      'rules: [{ host: web, http: { paths: [{ path: /, backend: { service: { name: web } } }] } }]',
      { rules: [{ host: 'web', http: { paths: [{ backend: { service: { name: 'web-blue' } } }] } }] },
    ],
    ['PersistentVolumeClaim', 'volumeName: web', { volumeName: 'web-blue' }],
    ['PersistentVolume', 'claimRef: { name: web, namespace: default }', { claimRef: { name: 'web-blue' } }],
    ['PersistentVolume', 'claimRef: { name: web, namespace: other }', { claimRef: { name: 'web' } }],
  ])('are followed by a %s with %s', (kind, spec, expected) => {
    const others = ['StatefulSet', 'Service', 'Secret', 'PersistentVolume', 'PersistentVolumeClaim']
      .map((other) => `---\n{ apiVersion: v1, kind: ${other}, metadata: { name: web } }\n`)
      .join('')
    const text = `{ apiVersion: v1, kind: ${kind}, metadata: { name: web }, spec: { ${spec} } }\n${others}`
    expect(blue(text).objects[0]).toMatchObject({ spec: expected })
  })

  test('are followed by what grants access', () => {
    const { objects: all } = blue(`
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: { name: web }
roleRef: { kind: Role, name: web }
subjects: [{ kind: ServiceAccount, name: web }, { kind: ServiceAccount, name: web, namespace: other }, { kind: User, name: web }]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: { name: web }
roleRef: { kind: ClusterRole, name: web }
subjects: [{ kind: ServiceAccount, name: web, namespace: default }]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: { name: web }
rules: [{ resources: [configmaps, networkpolicies/status], resourceNames: [settings, guard, others] }, { resources: [pods] }]
---
{ apiVersion: v1, kind: ServiceAccount, metadata: { name: web }, secrets: [{ name: token }] }
---
{ apiVersion: v1, kind: Secret, metadata: { name: token, annotations: { kubernetes.io/service-account.name: web } } }
---
{ apiVersion: v1, kind: ConfigMap, metadata: { name: settings } }
---
{ apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: { name: guard } }
`)
    expect(all.slice(0, 5)).toMatchObject([
      {
        roleRef: { name: 'web-blue' },
        subjects: [{ name: 'web-blue' }, { name: 'web', namespace: 'other' }, { kind: 'User', name: 'web' }],
      },
      { roleRef: { name: 'web' }, subjects: [{ name: 'web-blue' }] },
      { rules: [{ resourceNames: ['settings-web-blue', 'guard-web-blue', 'others'] }, {}] },
      { secrets: [{ name: 'token-web-blue' }] },
      { metadata: { annotations: { 'kubernetes.io/service-account.name': 'web-blue' } } },
    ])
  })

  const kinds = ['ConfigMap', 'Secret', 'PersistentVolumeClaim'] as const
  const volumeOf = {
    ConfigMap: (name: string) => ({ configMap: { name } }),
    Secret: (name: string) => ({ secret: { secretName: name } }),
    PersistentVolumeClaim: (name: string) => ({ persistentVolumeClaim: { claimName: name } }),
  }

  test('are never mixed up: each volume leads to what it led to, under its new name', () => {
    const entry = fc.record({
      kind: fc.constantFrom(...kinds),
      name: fc.stringMatching(/^(web|web-|x)?[a-z]{1,3}$/),
    })
    fc.assert(
      fc.property(
        fc.uniqueArray(entry, { selector: ({ kind, name }) => kind + name }),
        fc.array(entry),
        (own, used) => {
          const pod = {
            apiVersion: 'v1',
            kind: 'Pod',
            metadata: { name: 'web' },
            spec: { volumes: used.map(({ kind, name }) => volumeOf[kind](name)) },
          }
          const all = own.map(({ kind, name }) => ({ apiVersion: 'v1', kind, metadata: { name } }))
          const instance = { of: 'web', keepsNames: false }
          const [renamed, ...others] = asInstance(
            [pod, ...all],
            'web-blue',
            instance,
            clusterScope([]),
          ).objects
          const expected = used.map(({ kind, name }) => {
            const index = own.findIndex((each) => each.kind === kind && each.name === name)
            return volumeOf[kind](others[index]?.metadata.name ?? name)
          })
          expect(renamed?.spec).toEqual({ volumes: expected })
        },
      ),
    )
  })
})

describe('an instance in a namespace of its own', () => {
  test('keeps its names, but for what belongs to none', () => {
    const { objects: all, nameOf } = blue(
      `{ apiVersion: v1, kind: ConfigMap, metadata: { name: web, namespace: blue } }
---
{ apiVersion: v1, kind: PersistentVolumeClaim, metadata: { name: web, namespace: blue }, spec: { volumeName: web } }
---
{ apiVersion: v1, kind: PersistentVolume, metadata: { name: web }, spec: { claimRef: { name: web, namespace: blue } } }
`,
      true,
    )
    expect(named(all)).toEqual(['ConfigMap web', 'PersistentVolumeClaim web', 'PersistentVolume web-blue'])
    expect(all[1]).toMatchObject({ spec: { volumeName: 'web-blue' } })
    expect(all[2]).toMatchObject({ spec: { claimRef: { name: 'web' } } })
    expect([nameOf('ConfigMap', 'web'), nameOf('PersistentVolume', 'web'), nameOf('Secret', 'web')]).toEqual([
      'web',
      'web-blue',
      undefined,
    ])
  })
})

test.each([
  [
    'type: NodePort, externalTrafficPolicy: Local, clusterIP: 10.96.0.9, ports: [{ port: 80, nodePort: 30080 }]',
    { type: 'ClusterIP', ports: [{ port: 80 }] },
  ],
  ['type: NodePort, ports: [{ port: 80 }]', { type: 'NodePort', ports: [{ port: 80 }] }],
  [
    'type: LoadBalancer, loadBalancerIP: 10.0.0.1, healthCheckNodePort: 31000, ports: [{ port: 80, nodePort: 30080 }]',
    { type: 'LoadBalancer', ports: [{ port: 80 }] },
  ],
  ['clusterIP: None, ports: [{ port: 80 }]', { clusterIP: 'None', ports: [{ port: 80 }] }],
])('P2: ports of nodes and addresses are left to be chosen: %s', (spec, expected) => {
  const text = `{ apiVersion: v1, kind: Service, metadata: { name: web }, spec: { ${spec} } }\n`
  for (const keepsNames of [true, false]) expect(blue(text, keepsNames).objects[0]?.spec).toEqual(expected)
})
