import { describe, expect, test } from 'vitest'
import { temporaryDirectory } from '../../test/rig/temp-directory.ts'
import { transcript } from '../../test/rig/transcript.ts'
import type { KubernetesObject } from '../util/kubernetes-object.ts'
import type { ProvidedImage } from './manifest-images.ts'
import { prepareManifests } from './prepare.ts'
import type { ServiceSource } from './sources.ts'

const location = { file: '/repo/kindling.yaml', start: { line: 5, column: 9 }, end: { line: 5, column: 20 } }
const gateway: ProvidedImage = { kind: 'built', name: 'gateway', repository: 'shop/gateway' }
const migrate: ProvidedImage = { kind: 'built', name: 'migrate', repository: 'shop/migrate' }

/** A service whose manifests a program prints. */
function service(text: string, more: Partial<ServiceSource> = {}): ServiceSource {
  return {
    name: 'web',
    sources: [{ kind: 'rendered', location, origin: 'charts/web', render: () => Promise.resolve({ text }) }],
    imagePaths: [],
    ports: new Map(),
    ...more,
  }
}

function names(objects: readonly KubernetesObject[] = []): string[] {
  return objects.map(({ kind, metadata: { name, namespace } }) =>
    [kind, namespace, name].filter(Boolean).join(' '),
  )
}

describe('a chart', () => {
  const chart = service(transcript('template.stdout.txt', 'helm-3.14.4'))

  test('R5: hooks are known before anything happens, and are not applied with the rest', async () => {
    const { services, hooksOf, diagnostics } = await prepareManifests([chart], [gateway, migrate])
    expect(diagnostics).toEqual([])
    expect(names(services[0]?.objects)).toEqual([
      'CustomResourceDefinition widgets.shop.example.com',
      'ConfigMap shop web-texts',
      'Deployment web-gateway',
    ])
    expect(hooksOf.get('web')?.map(({ when, objects }) => [when, ...names(objects)])).toEqual([
      ['before', 'ServiceAccount migrate'],
      ['after', 'Job migrate'],
    ])
  })

  test('I1: images of its hooks count, those of hooks that are left out do not', async () => {
    const { imagesOf } = await prepareManifests([chart], [gateway, migrate])
    expect(imagesOf.get('web')).toEqual(['gateway', 'migrate'])
    const { diagnostics } = await prepareManifests([chart], [gateway])
    expect(diagnostics).toMatchObject([
      {
        code: 'E_MANIFEST_IMAGE',
        message: 'nobody provides the image `shop/migrate:dev` of Job migrate (rendered from charts/web)',
        location,
      },
    ])
  })

  test('objects without a namespace are put into that of the release, even hooks', async () => {
    const [source] = chart.sources
    if (source?.kind !== 'rendered') throw new Error('not rendered')
    const { services, hooksOf } = await prepareManifests(
      [{ ...chart, sources: [{ ...source, namespace: 'tools' }] }],
      [gateway, migrate],
    )
    expect(names(services[0]?.objects)).toEqual([
      'CustomResourceDefinition widgets.shop.example.com',
      'ConfigMap shop web-texts',
      'Deployment tools web-gateway',
    ])
    expect(names(hooksOf.get('web')?.[0]?.objects)).toEqual(['ServiceAccount tools migrate'])
  })
})

describe('the namespace of a service', () => {
  test('is that of all its objects, but of no custom resource that another service says is of the cluster', async () => {
    const definitions = service(transcript('template.stdout.txt', 'helm-3.14.4'), { name: 'crds' })
    const own = service(
      '{ apiVersion: shop.example.com/v1, kind: Widget, metadata: { name: a } }\n---\n' +
        '{ apiVersion: v1, kind: Secret, metadata: { name: b, namespace: shop } }\n',
      { namespace: 'second' },
    )
    const { services } = await prepareManifests([own, definitions], [gateway, migrate])
    expect(names(services[0]?.objects)).toEqual(['Widget a', 'Secret second b'])
  })

  test('can make two objects one, which is an error', async () => {
    const text = ['a', 'b'].map(
      (namespace) => `{ apiVersion: v1, kind: Secret, metadata: { name: x, namespace: ${namespace} } }\n`,
    )
    const { diagnostics } = await prepareManifests([service(text.join('---\n'), { namespace: 'c' })], [])
    expect(diagnostics.map(({ code }) => code)).toEqual(['E_MANIFEST_DUPLICATE'])
  })
})

describe('another instance of a service', () => {
  const manifests = `
{ apiVersion: apps/v1, kind: Deployment, metadata: { name: web },
  spec: { template: { metadata: { labels: { app: web } }, spec: { containers: [{ image: shop/gateway }] } } } }
---
{ apiVersion: v1, kind: Service, metadata: { name: web }, spec: { selector: { app: web } } }
`
  const original = service(manifests)
  const instance = (more: Partial<ServiceSource> = {}) =>
    service(manifests, { name: 'blue', instance: { of: 'web', keepsNames: false }, ...more })
  const selector = (objects: readonly KubernetesObject[] = []) =>
    objects.find(({ kind }) => kind === 'Service')?.spec

  test('has names of its own, and neither selects the pods of the other', async () => {
    const { services, instanceNames, imagesOf, diagnostics } = await prepareManifests(
      [original, instance()],
      [gateway],
    )
    expect(diagnostics).toEqual([])
    expect(services.map(({ objects }) => names(objects))).toEqual([
      ['Deployment web', 'Service web'],
      ['Deployment blue', 'Service blue'],
    ])
    expect(services.map(({ objects }) => selector(objects))).toEqual(
      ['web', 'blue'].map((name) => ({ selector: { app: 'web', 'dev.kindling.service': name } })),
    )
    expect(instanceNames.get('blue')?.('Service', 'web')).toBe('blue')
    expect(instanceNames.has('web')).toBe(false)
    expect(imagesOf.get('blue')).toEqual(['gateway'])
  })

  test('in a namespace of its own keeps its names, and the other one is as it is without it', async () => {
    const own = instance({ instance: { of: 'web', keepsNames: true }, namespace: 'second' })
    const { services } = await prepareManifests([original, own], [gateway])
    expect(names(services[1]?.objects)).toEqual(['Deployment second web', 'Service second web'])
    expect(services.map(({ objects }) => selector(objects))).toEqual([
      { selector: { app: 'web' } },
      { selector: { app: 'web' } },
    ])
  })

  test('does not say again what is wrong in the files of both', async () => {
    const text = 'a: ['
    const { diagnostics } = await prepareManifests(
      [service(text), service(text, { name: 'blue', instance: { of: 'web', keepsNames: false } })],
      [],
    )
    const once = await prepareManifests([service(text)], [])
    expect(diagnostics).toEqual(once.diagnostics)
    expect(diagnostics.length).toBeGreaterThan(0)
  })
})

describe('images in custom resources', () => {
  const widget = (image: string) =>
    `{ apiVersion: shop.example.com/v1, kind: Widget, metadata: { name: a }, spec: { image: ${image} } }\n`
  const place = (kind: string, path: string) => ({ imagePaths: [{ kind, path, location }] })

  test('I1: are those of the service, and are checked', async () => {
    const named = place('Widget', 'spec.image')
    const good = await prepareManifests([service(widget('shop/gateway:dev'), named)], [gateway])
    expect(good.diagnostics).toEqual([])
    expect(good.imagesOf.get('web')).toEqual(['gateway'])
    const bad = await prepareManifests([service(widget('shop/gatewy'), named)], [gateway])
    expect(bad.diagnostics).toMatchObject([
      { code: 'E_MANIFEST_IMAGE', hint: 'did you mean `shop/gateway`?' },
    ])
  })

  test.each([
    ['Widgt', 'spec.image', 'the service has no object of kind `Widgt`', 'did you mean `Widget`?'],
    ['Widget', 'spec.img', 'no Widget of the service has an image at `spec.img`', 'name the fields'],
  ])('a place at which there is none is an error: %s %s', async (kind, path, message, hint) => {
    const { diagnostics } = await prepareManifests([service(widget('x'), place(kind, path))], [gateway])
    expect(diagnostics).toMatchObject([{ code: 'E_MANIFEST_IMAGE', message, location }])
    expect(diagnostics[0]?.hint).toContain(hint)
  })

  test('a place is not blamed when the object could not be read', async () => {
    const { diagnostics } = await prepareManifests([service('kind: [\n', place('Widget', 'spec.image'))], [])
    expect(diagnostics.map(({ code }) => code)).toEqual(['E_MANIFEST_SYNTAX'])
  })
})

test('what a provider says gets its place, and what the object was rendered from', async () => {
  const root = temporaryDirectory({
    'a.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\nimmutable: 1\n',
  })
  const mixed = service('apiVersion: v1\nkind: Secret\nmetadata: { name: b }\n')
  const sources = [{ kind: 'path' as const, path: `${root}/a.yaml`, location }, ...mixed.sources]
  // Copies of the objects are what is applied, should the service have a namespace.
  for (const namespace of [{}, { namespace: 'second' }]) {
    const { services, locate } = await prepareManifests([{ ...mixed, sources, ...namespace }], [])
    const told = (services[0]?.objects ?? []).map((object) =>
      locate({ service: 'web', object, path: ['immutable'], kind: 'invalid', message: 'wrong' }),
    )
    expect(told).toMatchObject([
      {
        code: 'E_MANIFEST_INVALID',
        message: 'wrong',
        location: { file: `${root}/a.yaml`, start: { line: 4 } },
      },
      { code: 'E_MANIFEST_INVALID', message: 'wrong (rendered from charts/web)', location },
    ])
  }
})

test('an object is found by its name, whatever it was rendered from', async () => {
  const root = temporaryDirectory({
    'a.yaml':
      'apiVersion: v1\nkind: Secret\nmetadata: { name: a }\n---\nkind: Secret\nmetadata: { name: b }\napiVersion: v1\n',
  })
  const mixed = service('apiVersion: v1\nkind: Secret\nmetadata: { name: c, namespace: shop }\n')
  const sources = [{ kind: 'path' as const, path: `${root}/a.yaml`, location }, ...mixed.sources]
  const { placeOf } = await prepareManifests([{ ...mixed, sources }], [])
  const secret = (name: string, namespace?: string) =>
    placeOf({ kind: 'Secret', name, ...(namespace === undefined ? {} : { namespace }) })
  expect(secret('b', 'default')).toMatchObject({ file: `${root}/a.yaml`, start: { line: 5 } })
  expect(secret('c', 'shop')).toEqual(location)
  expect(secret('c')).toBeUndefined()
  expect(placeOf({ kind: 'ConfigMap', name: 'a' })).toBeUndefined()
})
