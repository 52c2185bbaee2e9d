import { expect, test } from 'vitest'
import { configOf } from '../../../test/rig/sample-config.ts'
import { aboutOwnObjects } from './instance-objects.ts'

/** What becomes of a service's instance whose manifests have these objects. */
function blue(text: string) {
  const { services } = configOf(`
project: shop
services:
  web: { apply: web.yaml, ${text} }
  blue: { instanceOf: web }`)
  const names = new Map([
    ['Job migrate', 'migrate-blue'],
    ['Service web', 'blue'],
    ['StatefulSet web', 'blue'],
    ['Deployment web-worker', 'blue-worker'],
  ])
  const instanceNames = new Map([['blue', (kind: string, name: string) => names.get(`${kind} ${name}`)]])
  const [original, instance] = aboutOwnObjects([...services.values()], { instanceNames })
  expect(original).toBe(services.get('web'))
  return instance
}

test.each([
  ['{ job: migrate }', { kind: 'job', name: 'migrate-blue' }],
  ['job', { kind: 'job' }],
  ['{ endpoints: web }', { kind: 'endpoints', name: 'blue' }],
  ['{ endpoints: others }', { kind: 'endpoints', name: 'others' }],
  ['{ exec: { command: [x], pod: web } }', { kind: 'exec', command: ['x'], pod: 'blue' }],
  ['{ exec: { command: [x], pod: web-0 } }', { kind: 'exec', command: ['x'], pod: 'blue-0' }],
  ['{ log: { line: x, pod: web-worker } }', { kind: 'log', line: 'x', pod: 'blue-worker' }],
  ['{ log: { line: x, pod: db-0 } }', { kind: 'log', line: 'x', pod: 'db-0' }],
  ['{ dns: { name: web.shop.svc, pod: web-0 } }', { kind: 'dns', name: 'web.shop.svc', pod: 'blue-0' }],
  [
    '{ condition: { object: StatefulSet/web, namespace: shop, type: Ready } }',
    { kind: 'condition', object: { kind: 'StatefulSet', name: 'blue' }, type: 'Ready', status: 'True' },
  ],
  [
    '{ condition: { object: Widget/web, namespace: shop, type: Ready } }',
    {
      kind: 'condition',
      object: { kind: 'Widget', name: 'web', namespace: 'shop' },
      type: 'Ready',
      status: 'True',
    },
  ],
  ['rollout', { kind: 'rollout' }],
])('%s is about the objects of the instance', (condition, expected) => {
  expect(blue(`ready: [${condition}]`)?.ready[0]).toEqual(expected)
})

test.each([
  ['{ log: token=(.+), pod: web-0 }', { kind: 'log', pod: 'blue-0' }],
  ['{ log: token=(.+) }', { kind: 'log' }],
  [
    '{ object: Service/web, namespace: shop, jsonPath: "{.spec.clusterIP}" }',
    { object: { kind: 'Service', name: 'blue' } },
  ],
  ['{ object: Secret/x, jsonPath: "{.data.x}" }', { object: { kind: 'Secret', name: 'x' }, isSecret: true }],
])('the output %s is read off the objects of the instance', (output, expected) => {
  expect(blue(`outputs: { x: ${output} }`)?.outputs.get('x')).toMatchObject(expected)
})
