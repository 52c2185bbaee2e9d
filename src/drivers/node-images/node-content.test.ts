import { describe, expect, test } from 'vitest'
import { transcript } from '../../../test/rig/transcript.ts'
import { parseNodeContent } from './node-content.ts'

const id = 'sha256:1276a84c74400e66deccff9817c620a855e62b8ba86c861c86ac5f852672f57f'
const layer = 'sha256:de224c09bba5e4529e21141f091bac50a276eb33be21911d6940c904244acf1c'
const name = 'localhost/kindload-a:1'

const label = (to: string, what: string) => `containerd.io/gc.ref.content.${what}=${to}`
const digest = (digit: string) => `sha256:${digit.repeat(64)}`
const listing = (images: readonly string[], content: readonly string[]) =>
  parseNodeContent(
    [
      'REF TYPE DIGEST SIZE PLATFORMS LABELS ',
      ...images,
      '----',
      'DIGEST\tSIZE\tAGE\tLABELS',
      ...content,
    ].join('\n'),
  )
const image = (ref: string, target: string) =>
  `${ref}  application/vnd.oci.image.manifest.v1+json ${target} 1 KiB - -`
const blob = (of: string, ...labels: readonly string[]) => `${of}\t1B\t2 days\t${labels.join(',') || '-'}`

describe.each(['1.6.20', '1.7.24', '2.1.9'] as const)('of containerd %s', (version) => {
  const read = (file: string) => parseNodeContent(transcript(`${file}.stdout.txt`, `containerd-${version}`))

  test('an image is known by its names and its ID', () => {
    const content = read('after-import')
    expect(content.idsOf(name)).toEqual([id])
    expect(content.holds(name, id)).toBe(true)
    expect(content.holds('docker.io/library/web:dev', id)).toBe(true)
    expect(content.holds('localhost/kindload-b:1', id)).toBe(false)
    expect(content.nameOf(id)).toBeDefined()
    expect(content.has(layer)).toBe(true)
    expect(content.snapshotter).toBe('overlayfs')
  })

  test('an image whose import failed is not held, whatever its name says', () => {
    const content = read('after-failed-import')
    expect(content.holds(name, id)).toBe(false)
    expect(content.nameOf(id)).toBeUndefined()
    expect(content.has(layer)).toBe(false)
  })
})

test('layers are known that are unpacked, and not those that are being unpacked', () => {
  const [done, active] = [digest('d'), digest('e')]
  const text = [
    'REF',
    '----',
    'DIGEST',
    '----',
    'KEY PARENT KIND',
    `${done}   Committed `,
    `${active} ${done} Active`,
  ]
  const content = parseNodeContent(text.join('\n'))
  expect([done, active].map((id) => content.hasUnpacked(id))).toEqual([true, false])
})

test('a node without anything', () => {
  const content = listing([], [])
  expect(content.idsOf(name)).toEqual([])
  expect(content.nameOf(id)).toBeUndefined()
  expect(content.snapshotter).toBe('overlayfs')
})

test('images are unpacked to what the others are', () => {
  const content = listing([], [blob(id, 'containerd.io/gc.ref.snapshot.fuse-overlayfs=sha256:1')])
  expect(content.snapshotter).toBe('fuse-overlayfs')
})

test('an image that is unpacked is held though its layers have been discarded', () => {
  const [manifest, config, missing] = [digest('a'), digest('b'), digest('c')]
  const images = [image(name, manifest)]
  const manifestBlob = blob(manifest, label(config, 'config'), label(missing, 'l.0'))
  const unpacked = blob(config, 'containerd.io/gc.ref.snapshot.overlayfs=sha256:1')
  expect(listing(images, [manifestBlob, unpacked]).holds(name, config)).toBe(true)
  expect(listing(images, [manifestBlob, blob(config)]).holds(name, config)).toBe(false)
})

test('one that is whole is held though it is not unpacked yet', () => {
  const [manifest, config, whole] = [digest('a'), digest('b'), digest('c')]
  const content = listing(
    [image(name, manifest)],
    [blob(manifest, label(config, 'config'), label(whole, 'l.0')), blob(config), blob(whole)],
  )
  expect(content.holds(name, config)).toBe(true)
})

test('an index stands for the images of its platforms', () => {
  const [index, amd64, arm64, config, other] = [
    digest('1'),
    digest('2'),
    digest('3'),
    digest('4'),
    digest('5'),
  ]
  const content = listing(
    [image(name, index)],
    [
      blob(index, label(amd64, 'm.0'), label(arm64, 'm.1')),
      blob(amd64, label(config, 'config')),
      blob(config, 'containerd.io/gc.ref.snapshot.overlayfs=sha256:1'),
    ],
  )
  expect(content.idsOf(name)).toEqual([config])
  expect(content.holds(name, config)).toBe(true)
  expect(content.holds(name, other)).toBe(false)
})

test('what is no listing is not taken for an empty one', () => {
  expect(() => parseNodeContent('')).toThrow('listed no content')
})

test('with the last name of an image go the names that tools have given it', () => {
  const [one, two] = [digest('1'), digest('2')]
  const [byImport, byKubelet] = [`import-2026-11-21@${one}`, digest('a')]
  const content = listing(
    [
      ...[image('localhost/web:1', one), image(byImport, one), image(byKubelet, one)],
      ...[image('localhost/api:1', two), image('localhost/api:2', two), image(digest('b'), two)],
    ],
    [],
  )
  expect(content.namesGoingWith(['localhost/web:1', 'localhost/gone:1'])).toEqual([
    ...['localhost/web:1', byImport, byKubelet],
  ])
  expect(content.namesGoingWith(['localhost/api:1'])).toEqual(['localhost/api:1'])
  expect(content.namesGoingWith([])).toEqual([])
})
