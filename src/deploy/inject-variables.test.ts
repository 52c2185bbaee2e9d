import { expect, test } from 'vitest'
import { parse } from 'yaml'
import type { KubernetesObject } from '../util/kubernetes-object.ts'
import { injectVariables, literal } from './inject-variables.ts'

const deployment: KubernetesObject = parse(`
apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  template:
    spec:
      initContainers: [{ name: wait }]
      containers:
        - name: web
          env:
            - { name: FIRST, value: a }
            - { name: TOKEN, valueFrom: { secretKeyRef: { name: s, key: k } } }
            - { name: URL, value: "x/$(TOKEN)" }
            - { name: TOKEN, value: again }
`)

const envOf = (object: KubernetesObject) => {
  const { spec } = (object as unknown as Workload).spec.template
  return [...spec.initContainers, ...spec.containers].map(({ env }) => env)
}

interface Workload {
  readonly spec: {
    readonly template: {
      readonly spec: Record<'initContainers' | 'containers', readonly { readonly env?: unknown }[]>
    }
  }
}

test('every container has the variables, instead of those of the same name and in their places', () => {
  const before = structuredClone(deployment)
  expect(envOf(injectVariables(deployment, { TOKEN: 't', MORE: 'm' }))).toEqual([
    [
      { name: 'TOKEN', value: 't' },
      { name: 'MORE', value: 'm' },
    ],
    [
      { name: 'FIRST', value: 'a' },
      { name: 'TOKEN', value: 't' },
      { name: 'URL', value: 'x/$(TOKEN)' },
      { name: 'MORE', value: 'm' },
    ],
  ])
  expect(deployment).toEqual(before)
})

test('a CronJob has its pods further down, and what has none is left alone', () => {
  const cron: KubernetesObject = parse(`
apiVersion: batch/v1
kind: CronJob
metadata: { name: tick }
spec: { jobTemplate: { spec: { template: { spec: { containers: [{ name: c }] } } } } }
`)
  expect(JSON.stringify(injectVariables(cron, { A: '1' }))).toContain('"env":[{"name":"A","value":"1"}]')
  const map = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'm' }, data: {} }
  expect(injectVariables(map, { A: '1' })).toBe(map)
})

test('a text that looks like a reference to a variable comes out as it was', () => {
  expect(literal('a$(B)$$c')).toBe('a$$(B)$$$$c')
})
