import { expect, test } from 'vitest'
import { parse } from 'yaml'
import type { KubernetesObject } from '../util/kubernetes-object.ts'
import { injectCoverage } from './inject-coverage.ts'

const deployment: KubernetesObject = parse(`
apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  template:
    spec:
      initContainers: [{ name: migrate, image: shop/web }]
      containers:
        - name: web
          image: shop/web
          env: [{ name: NODE_V8_COVERAGE, value: /elsewhere }]
          volumeMounts: [{ name: tmp, mountPath: /tmp }]
        - { name: proxy, image: envoy }
      volumes: [{ name: tmp, emptyDir: {} }]
`)

const measured = (image: string) =>
  image === 'shop/web'
    ? { name: 'web', variables: { NODE_V8_COVERAGE: '/kindling-coverage', PATTERN: '$(A)' } }
    : undefined

const specOf = (object: KubernetesObject) =>
  (object as unknown as { readonly spec: { readonly template: { readonly spec: Record<string, unknown> } } })
    .spec.template.spec

test('each container of a measured image, init containers too, writes to a directory of its own in a volume', () => {
  const before = structuredClone(deployment)
  const object = injectCoverage(deployment, measured, { source: { emptyDir: {} }, isShared: false })
  const variables = [
    { name: 'NODE_V8_COVERAGE', value: '/kindling-coverage' },
    { name: 'PATTERN', value: '$$(A)' },
  ]
  const mount = (container: string) => ({
    name: 'kindling-coverage',
    mountPath: '/kindling-coverage',
    subPath: `web/${container}`,
  })
  expect(specOf(object)).toEqual({
    initContainers: [
      { name: 'migrate', image: 'shop/web', env: variables, volumeMounts: [mount('migrate')] },
    ],
    containers: [
      {
        name: 'web',
        image: 'shop/web',
        env: variables,
        volumeMounts: [{ name: 'tmp', mountPath: '/tmp' }, mount('web')],
      },
      { name: 'proxy', image: 'envoy' },
    ],
    volumes: [
      { name: 'tmp', emptyDir: {} },
      { name: 'kindling-coverage', emptyDir: {} },
    ],
  })
  expect(deployment).toEqual(before)
})

test('in a volume that pods share, each pod has a directory by its uid', () => {
  const source = { hostPath: { path: '/data' } }
  const spec = specOf(injectCoverage(deployment, measured, { source, isShared: true }))
  const [, web] = [...(spec.initContainers as unknown[]), ...(spec.containers as unknown[])]
  expect(web).toMatchObject({
    env: [{}, {}, { name: 'KINDLING_POD_UID', valueFrom: { fieldRef: { fieldPath: 'metadata.uid' } } }],
    volumeMounts: [{}, { subPathExpr: '$(KINDLING_POD_UID)/web/web' }],
  })
  expect(spec.volumes).toContainEqual({ name: 'kindling-coverage', ...source })
})

test('what runs no measured image is the very object it was', () => {
  const none = () => undefined
  expect(injectCoverage(deployment, none, { source: {}, isShared: false })).toBe(deployment)
  const service = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'web' } }
  expect(injectCoverage(service, measured, { source: {}, isShared: false })).toBe(service)
})
