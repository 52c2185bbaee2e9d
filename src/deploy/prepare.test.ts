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
