import { describe, expect, test } from 'vitest'
import type { KubernetesObject } from '../util/kubernetes-object.ts'
import { parseManifests } from './manifest.ts'
import { checkImages, findProvided, imagesOf, injectImages, type ProvidedImage } from './manifest-images.ts'

const file = '/repo/deploy/a.yaml'

const provided: readonly ProvidedImage[] = [
  { kind: 'built', name: 'gateway', repository: 'shop/gateway' },
  { kind: 'built', name: 'tool', repository: 'quay.io/shop/tool' },
  { kind: 'external', name: 'postgres', reference: 'docker.io/library/postgres:16-alpine' },
  { kind: 'external', name: 'redis', reference: 'docker.io/library/redis:latest' },
]

function workload(kind: string, apiVersion: string, spec: object): string {
  return JSON.stringify({ apiVersion, kind, metadata: { name: kind.toLowerCase() }, spec })
}

function manifestOf(text: string) {
  const [manifest] = parseManifests(file, text).manifests
  if (manifest === undefined) throw new Error('no manifest')
  return manifest
}

function pod(...images: string[]) {
  const containers = images.map((image, index) => `    - { name: c${index}, image: "${image}" }`)
  return manifestOf(
    `apiVersion: v1\nkind: Pod\nmetadata: { name: web }\nspec:\n  containers:\n${containers.join('\n')}\n`,
  )
}

const podSpec = {
  containers: [{ name: 'a', image: 'shop/gateway' }],
  initContainers: [{ name: 'b', image: 'shop/init:1' }],
}
const template = { template: { spec: podSpec } }

describe('imagesOf', () => {
  test.each([
    ['Pod', 'v1', podSpec],
    ['Deployment', 'apps/v1', template],
    ['StatefulSet', 'apps/v1', template],
    ['DaemonSet', 'apps/v1', template],
    ['ReplicaSet', 'apps/v1', template],
    ['Job', 'batch/v1', template],
    ['CronJob', 'batch/v1', { jobTemplate: { spec: template } }],
  ])('I1: the images of a %s are those of its containers and init containers', (kind, apiVersion, spec) => {
    const images = imagesOf(manifestOf(workload(kind, apiVersion, spec)))
    expect(images.map(({ text }) => text)).toEqual(['shop/init:1', 'shop/gateway'])
  })

  test('an image knows its place', () => {
    expect(imagesOf(pod('a', 'b'))[1]).toMatchObject({
      text: 'b',
      path: ['spec', 'containers', 1, 'image'],
      location: { file, start: { line: 7, column: 26 } },
    })
  })

  test('other kinds and unfinished workloads have none', () => {
    expect(imagesOf(manifestOf(workload('Service', 'v1', podSpec)))).toEqual([])
    expect(imagesOf(manifestOf(workload('Pod', 'v1', { containers: [null, {}, { image: 5 }] })))).toEqual([])
    expect(imagesOf(manifestOf(workload('Deployment', 'apps/v1', { template: null })))).toEqual([])
  })
})

describe('findProvided', () => {
  test.each([
    ['shop/gateway', 'gateway'],
    ['shop/gateway:dev', 'gateway'],
    ['localhost/shop/gateway:latest', 'gateway'],
    ['docker.io/shop/gateway:dev', 'gateway'],
    ['quay.io/shop/tool:1', 'tool'],
  ])('I1, I2: %s means the built image', (text, name) => {
    expect(findProvided(text, provided)?.name).toBe(name)
  })

  test.each([
    ['postgres:16-alpine', 'postgres'],
    ['docker.io/library/postgres:16-alpine', 'postgres'],
    ['redis', 'redis'],
    ['library/redis:latest', 'redis'],
  ])('I11: %s means the external image', (text, name) => {
    expect(findProvided(text, provided)?.name).toBe(name)
  })

  test.each([
    'postgres',
    'postgres:15',
    'localhost/postgres:16-alpine',
    'quay.io/shop/gateway',
    'shop/tool',
    '',
  ])('I10: %j means none of them', (text) => {
    expect(findProvided(text, provided)).toBeUndefined()
  })
})

describe('checkImages', () => {
  test('I1: images that are all provided are no problem', () => {
    expect(checkImages([pod('shop/gateway:x', 'postgres:16-alpine')], provided)).toEqual([])
  })

  test('I1: every image that nobody provides is an error at its place, with what to do', () => {
    const manifests = [pod('shop/gatway:dev', 'postgres:15'), pod('ghcr.io/acme/proxy:2', 'Bad Image')]
    expect(checkImages(manifests, provided)).toMatchObject([
      {
        code: 'E_MANIFEST_IMAGE',
        message: 'nobody provides the image `shop/gatway:dev` of Pod web',
        location: { file, start: { line: 6, column: 26 } },
        hint: 'did you mean `shop/gateway`?',
      },
      {
        hint: 'image `postgres` is pulled as `docker.io/library/postgres:16-alpine`; use the same tag in both places',
      },
      {
        hint: 'declare it under `images`: `proxy: { pull: ghcr.io/acme/proxy:2 }`, or with `dockerfile` if it is built here',
      },
      { message: 'nobody provides the image `Bad Image` of Pod web', hint: 'this is no image reference' },
    ])
  })

  test('I11: a misspelt external image is recognised by its short name', () => {
    expect(checkImages([pod('postgers:16-alpine')], provided)).toMatchObject([
      { hint: 'did you mean `postgres`?' },
    ])
  })
})

describe('injectImages', () => {
  const object: KubernetesObject = deepFreeze({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web' },
    spec: {
      template: {
        spec: {
          containers: [
            {
              name: 'ours',
              image: 'shop/gateway:dev',
              imagePullPolicy: 'Always',
              ports: [{ containerPort: 80 }],
            },
            { name: 'theirs', image: 'ghcr.io/acme/proxy:2', imagePullPolicy: 'Always' },
            { name: 'nothing' },
          ],
          initContainers: [{ name: 'init', image: 'shop/gateway' }],
        },
      },
    },
  })
  const resolve = (text: string) =>
    findProvided(text, provided) === undefined ? undefined : 'localhost/shop/gateway:run-1'

  test('I1, I4: our images get the reference of the run and are never pulled, others stay as they are', () => {
    expect(injectImages(object, resolve)).toEqual({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'web' },
      spec: {
        template: {
          spec: {
            containers: [
              {
                name: 'ours',
                image: 'localhost/shop/gateway:run-1',
                imagePullPolicy: 'Never',
                ports: [{ containerPort: 80 }],
              },
              { name: 'theirs', image: 'ghcr.io/acme/proxy:2', imagePullPolicy: 'Always' },
              { name: 'nothing' },
            ],
            initContainers: [
              { name: 'init', image: 'localhost/shop/gateway:run-1', imagePullPolicy: 'Never' },
            ],
          },
        },
      },
    })
  })

  test('the original is not touched, and shares nothing with the copy', () => {
    const before = JSON.stringify(object)
    const copy = injectImages(object, resolve)
    expect(JSON.stringify(object)).toBe(before)
    expect(copy.metadata).not.toBe(object.metadata)
  })

  test('an object without a pod template is only copied', () => {
    const service: KubernetesObject = deepFreeze({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 's' },
    })
    expect(injectImages(service, () => 'x')).toEqual(service)
  })
})

function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value
  Object.values(value).forEach(deepFreeze)
  return Object.freeze(value)
}
