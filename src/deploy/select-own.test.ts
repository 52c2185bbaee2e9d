import { expect, test } from 'vitest'
import type { KubernetesObject } from '../util/kubernetes-object.ts'
import { parseManifests } from './manifest.ts'
import { selectOwnPods } from './select-own.ts'

const workloads = `
{ apiVersion: apps/v1, kind: Deployment, metadata: { name: web },
  spec: { selector: { matchLabels: { app: web } }, template: { metadata: { labels: { app: web, tier: front } } } } }
---
{ apiVersion: v1, kind: Pod, metadata: { name: one, labels: { app: one } } }
---
{ apiVersion: batch/v1, kind: CronJob, metadata: { name: often },
  spec: { jobTemplate: { spec: { template: { metadata: { labels: { app: often } } } } } } }
---
`

function selectors(text: string): unknown {
  const { manifests } = parseManifests('/repo/a.yaml', workloads + text)
  const all = manifests.map(({ object }) => object)
  const before = structuredClone(all)
  const selecting = selectOwnPods(all, 'web-blue')
  expect(all).toEqual(before)
  // What the workloads select cannot be changed later, and they go by what they have made.
  expect(selecting.slice(0, 3)).toEqual(all.slice(0, 3))
  return (selecting.at(-1) as KubernetesObject).spec
}

const service = (selector: string) =>
  `{ apiVersion: v1, kind: Service, metadata: { name: s }, spec: { ${selector} } }`

test.each([['{ app: web }'], ['{ tier: front, app: web }'], ['{ app: one }'], ['{ app: often }']])(
  'a Service that selects pods of its own service by %s selects no others',
  (selector) => {
    expect(selectors(service(`selector: ${selector}`))).toMatchObject({
      selector: { 'dev.kindling.service': 'web-blue' },
    })
  },
)

test.each([
  ['selector: { app: db }'],
  ['selector: { app: web, tier: back }'],
  ['selector: {}'],
  ['ports: []'],
])('a Service that selects pods of others, or none, stays: %s', (spec) => {
  expect(JSON.stringify(selectors(service(spec)))).not.toContain('kindling')
})

test.each([
  [
    'NetworkPolicy',
    'podSelector: { matchLabels: { app: web } }, ingress: [{ from: [{ podSelector: { matchLabels: { app: web } } }] }]',
    'podSelector',
  ],
  ['PodDisruptionBudget', 'selector: { matchLabels: { app: web } }, minAvailable: 1', 'selector'],
])('so does a %s, which says nothing of others then', (kind, spec, field) => {
  const found = selectors(`{ apiVersion: v1, kind: ${kind}, metadata: { name: s }, spec: { ${spec} } }`)
  expect(found).toMatchObject({
    [field]: { matchLabels: { app: 'web', 'dev.kindling.service': 'web-blue' } },
  })
  expect(JSON.stringify(found).match(/kindling/g)).toHaveLength(1)
})

test('a policy for all pods of a namespace stays one', () => {
  expect(
    selectors('{ apiVersion: v1, kind: NetworkPolicy, metadata: { name: s }, spec: { podSelector: {} } }'),
  ).toEqual({
    podSelector: {},
  })
})
