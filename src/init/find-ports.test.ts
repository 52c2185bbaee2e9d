import { expect, test } from 'vitest'
import type { KubernetesObject } from '../util/kubernetes-object.ts'
import { findPorts } from './find-ports.ts'

const workload = (name: string, probe?: string): KubernetesObject => {
  const request = { readinessProbe: { httpGet: { path: probe, port: 8080 } } }
  const container = { name, image: name, ...(probe === undefined ? {} : request) }
  const template = { metadata: { labels: { app: name } }, spec: { containers: [container] } }
  return { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name }, spec: { template } }
}

const service = (name: string, app: string, port: object): KubernetesObject => {
  const spec = { selector: { app }, ports: [{ port: 80, targetPort: 8080, ...port }] }
  return { apiVersion: 'v1', kind: 'Service', metadata: { name }, spec }
}

const portsOf = (...objects: KubernetesObject[]) =>
  findPorts(
    { name: 'shop', source: { kind: 'kustomize', directory: 'deploy' }, objects, comments: [] },
    { reached: new Set(), isTop: true, isOwn: true },
  )

test('a number that several Services have is one port, of the one that will be reached by it', () => {
  expect(
    portsOf(
      workload('api', '/api'),
      workload('web', '/'),
      service('api', 'api', {}),
      service('web', 'web', {}),
    ),
  ).toEqual([{ name: 'http', port: 80, service: 'api', hidden: ['web'], probePath: '/api' }])
  const out = service('web', 'web', { nodePort: 30_080 })
  expect(portsOf(workload('api', '/api'), workload('web', '/'), service('api', 'api', {}), out)).toEqual([
    { name: 'http', port: 80, service: 'web', hidden: ['api'], probePath: '/' },
  ])
})

test('a second Service for the same pods hides nothing', () => {
  expect(portsOf(workload('db'), service('db', 'db', {}), service('db-headless', 'db', {}))).toEqual([
    { name: 'http', port: 80, service: 'db', hidden: [] },
  ])
})
