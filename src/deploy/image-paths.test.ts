import { describe, expect, test } from 'vitest'
import type { KubernetesObject } from '../util/kubernetes-object.ts'
import { imageFieldsOf } from './image-paths.ts'
import { injectImages } from './manifest-images.ts'

const widget: KubernetesObject = {
  apiVersion: 'shop.example.com/v1',
  kind: 'Widget',
  metadata: { name: 'a' },
  spec: {
    image: 'one',
    imagePullPolicy: 'Always',
    images: ['two', 'three'],
    sidecars: [{ image: 'four' }, { name: 'none' }, 5],
    nested: [[{ image: 'five' }]],
    template: { spec: { containers: [{ name: 'c', image: 'six' }] } },
    count: 7,
  },
}

function places(...paths: readonly string[]) {
  return paths.map((path) => ({ kind: 'Widget', path }))
}

describe('places of images', () => {
  test.each([
    ['spec.image', [['one', 'spec.image']]],
    [
      'spec.images[*]',
      [
        ['two', 'spec.images.0'],
        ['three', 'spec.images.1'],
      ],
    ],
    ['spec.images[1]', [['three', 'spec.images.1']]],
    ['spec.images[2]', []],
    ['spec.sidecars[*].image', [['four', 'spec.sidecars.0.image']]],
    ['spec.nested[*][0].image', [['five', 'spec.nested.0.0.image']]],
    ['spec.template.spec.containers[*].image', [['six', 'spec.template.spec.containers.0.image']]],
    ['spec.count', []],
    ['spec.sidecars.image', []],
    ['spec.image.name', []],
    ['nowhere.image', []],
  ])('%s', (path, expected) => {
    const found = imageFieldsOf(widget, places(path)).map((field) => [field.text, field.path.join('.')])
    expect(found).toEqual(expected)
  })

  test('are those of the kind, each once, together with the containers of a workload', () => {
    const pod: KubernetesObject = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'a', annotations: { image: 'x' } },
      spec: { containers: [{ image: 'main' }] },
    }
    const own = ['metadata.annotations.image', 'spec.containers[*].image'].map((path) => ({
      kind: 'Pod',
      path,
    }))
    const fields = imageFieldsOf(pod, [...places('spec.image'), ...own])
    expect(fields.map(({ text, isContainer }) => [text, isContainer])).toEqual([
      ['main', true],
      ['x', false],
    ])
  })
})

test('I1: references are put there; a pull policy only where there is one', () => {
  const before = structuredClone(widget)
  const all = places('spec.image', 'spec.images[*]', 'spec.sidecars[*].image')
  const injected = injectImages(widget, (text) => (text === 'three' ? undefined : `run/${text}:1`), all)
  expect(injected).toMatchObject({
    spec: {
      image: 'run/one:1',
      imagePullPolicy: 'Never',
      images: ['run/two:1', 'three'],
      template: { spec: { containers: [{ image: 'six' }] } },
    },
  })
  expect(injected).toHaveProperty('spec.sidecars.0', { image: 'run/four:1' })
  expect(widget).toEqual(before)
})
