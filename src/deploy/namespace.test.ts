import { describe, expect, test } from 'vitest'
import type { KubernetesObject } from '../util/kubernetes-object.ts'
import { parseManifests } from './manifest.ts'
import { moveToNamespace } from './namespace.ts'
import { clusterScope } from './object-scope.ts'

function objects(text: string): readonly KubernetesObject[] {
  const { manifests, diagnostics } = parseManifests('/repo/a.yaml', text)
  expect(diagnostics).toEqual([])
  return manifests.map(({ object }) => object)
}

function moved(text: string) {
  const all = objects(text)
  const before = structuredClone(all)
  const result = moveToNamespace(all, 'second', clusterScope(all))
  expect(all).toEqual(before)
  return result
}

const crd = (scope: string) =>
  `{ apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition, metadata: { name: w },
     spec: { group: shop.example.com, scope: ${scope}, names: { kind: Widget } } }\n`
const widget = '{ apiVersion: shop.example.com/v1, kind: Widget, metadata: { name: w } }\n'

describe('which objects belong to a namespace', () => {
  test.each([
    ['v1', 'ConfigMap', true],
    ['v1', 'Namespace', false],
    ['v1', 'PersistentVolume', false],
    ['v1', 'PersistentVolumeClaim', true],
    ['rbac.authorization.k8s.io/v1', 'Role', true],
    ['rbac.authorization.k8s.io/v1', 'ClusterRole', false],
    ['admissionregistration.k8s.io/v1', 'ValidatingWebhookConfiguration', false],
    ['networking.k8s.io/v1', 'Ingress', true],
    ['networking.k8s.io/v1', 'IngressClass', false],
    ['shop.example.com/v1', 'Namespace', true],
  ])('%s %s: %s', (apiVersion, kind, expected) => {
    expect(clusterScope([])({ apiVersion, kind, metadata: { name: 'a' } })).toBe(!expected)
  })

  test.each([
    ['Cluster', true],
    ['Namespaced', false],
  ])('a custom resource is as its definition says: %s', (scope, expected) => {
    const all = objects(`${crd(scope)}---\n${widget}`)
    expect(all.map(clusterScope(all))).toEqual([true, expected])
  })
})

describe('another namespace', () => {
  test('objects are moved there, whatever they named', () => {
    const all = moved(`{ apiVersion: v1, kind: Secret, metadata: { name: a, namespace: shop } }
---
{ apiVersion: apps/v1, kind: Deployment, metadata: { name: b } }
---
{ apiVersion: scheduling.k8s.io/v1, kind: PriorityClass, metadata: { name: c } }
`)
    expect(all.map(({ metadata }) => metadata.namespace)).toEqual(['second', 'second', undefined])
  })

  test('a Namespace object that they were in takes the new name, another stays', () => {
    const all = moved(`{ apiVersion: v1, kind: Namespace, metadata: { name: shop } }
---
{ apiVersion: v1, kind: Namespace, metadata: { name: monitoring } }
---
{ apiVersion: v1, kind: Secret, metadata: { name: a, namespace: shop } }
`)
    expect(all.map(({ metadata }) => metadata.name)).toEqual(['second', 'monitoring', 'a'])
  })

  test('subjects of role bindings follow, those of other namespaces do not', () => {
    const [binding] = moved(`apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: { name: a }
subjects:
  - { kind: ServiceAccount, name: web, namespace: shop }
  - { kind: ServiceAccount, name: prometheus, namespace: monitoring }
  - { kind: ServiceAccount, name: nobody }
  - { kind: Group, name: all }
roleRef: { kind: ClusterRole, name: a }
---
{ apiVersion: v1, kind: ServiceAccount, metadata: { name: web, namespace: shop } }
`)
    expect(binding).toMatchObject({
      metadata: { name: 'a' },
      subjects: [
        { namespace: 'second' },
        { namespace: 'monitoring' },
        { name: 'nobody', namespace: 'second' },
        { kind: 'Group', name: 'all' },
      ],
    })
    expect(binding).not.toHaveProperty('metadata.namespace')
    expect(binding).not.toHaveProperty('subjects.3.namespace')
  })

  test('services behind webhooks, conversions and aggregated APIs follow; names for DNS stay', () => {
    const clientConfig = 'clientConfig: { service: { name: web, namespace: default } }'
    const [hook, definition, api, config] =
      moved(`{ apiVersion: admissionregistration.k8s.io/v1, kind: ValidatingWebhookConfiguration, metadata: { name: a },
  webhooks: [{ name: a, ${clientConfig} }, { name: b, clientConfig: { url: https://x } }] }
---
{ apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition, metadata: { name: b },
  spec: { conversion: { strategy: Webhook, webhook: { ${clientConfig} } } } }
---
{ apiVersion: apiregistration.k8s.io/v1, kind: APIService, metadata: { name: c },
  spec: { service: { name: web, namespace: elsewhere } } }
---
{ apiVersion: v1, kind: ConfigMap, metadata: { name: d }, data: { url: http://web.default.svc } }
`)
    expect(hook).toHaveProperty('webhooks.0.clientConfig.service.namespace', 'second')
    expect(definition).toHaveProperty('spec.conversion.webhook.clientConfig.service.namespace', 'second')
    expect(api).toHaveProperty('spec.service.namespace', 'elsewhere')
    expect(config).toMatchObject({
      metadata: { namespace: 'second' },
      data: { url: 'http://web.default.svc' },
    })
  })
})
