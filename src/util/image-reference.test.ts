import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  familiarReference,
  formatReference,
  InvalidReference,
  localRepository,
  parseReference,
  type Reference,
  tryParseReference,
  withDefaultTag,
} from './image-reference.ts'

const sha = `sha256:${'0123456789abcdef'.repeat(4)}`

function qualified(text: string): string {
  return formatReference(parseReference(text))
}

describe('short names', () => {
  test.each([
    ['postgres', 'docker.io/library/postgres'],
    ['postgres:16-alpine', 'docker.io/library/postgres:16-alpine'],
    ['shop/gateway', 'docker.io/shop/gateway'],
    ['docker.io/postgres', 'docker.io/library/postgres'],
    ['index.docker.io/postgres', 'docker.io/library/postgres'],
    [`postgres@${sha}`, `docker.io/library/postgres@${sha}`],
    [`postgres:16@${sha}`, `docker.io/library/postgres:16@${sha}`],
  ])('I11: %s means %s with every engine', (text, expected) => {
    expect(qualified(text)).toBe(expected)
  })
})

describe('registries', () => {
  test.each([
    ['localhost/shop/gateway:dev', 'localhost', 'shop/gateway'],
    ['localhost/gateway', 'localhost', 'gateway'],
    ['localhost:5000/gateway', 'localhost:5000', 'gateway'],
    ['registry:5000/a/b/c:1', 'registry:5000', 'a/b/c'],
    ['quay.io/acme/tool', 'quay.io', 'acme/tool'],
    ['127.0.0.1:5000/tool', '127.0.0.1:5000', 'tool'],
    ['[::1]:5000/tool', '[::1]:5000', 'tool'],
    ['LOCAL/tool', 'LOCAL', 'tool'],
    ['local/tool', 'docker.io', 'local/tool'],
  ])('%s', (text, registry, repository) => {
    expect(parseReference(text)).toMatchObject({ registry, repository })
  })
})

test('I2: localhost/ is added exactly once', () => {
  const built = parseReference('localhost/shop/gateway:t')
  expect(formatReference({ ...built, registry: 'localhost' })).toBe('localhost/shop/gateway:t')
  expect(qualified(qualified('localhost/shop/gateway:t'))).toBe('localhost/shop/gateway:t')
})

test.each([
  'shop/gateway',
  'shop/gateway:dev',
  'localhost/shop/gateway:latest',
  'docker.io/shop/gateway:dev',
])('I2: %s names the image that is built as shop/gateway', (text) => {
  expect(localRepository(parseReference(text))).toBe('shop/gateway')
})

test('I2: a name without a slash is the same with and without localhost/', () => {
  for (const text of ['gateway', 'localhost/gateway', 'docker.io/library/gateway:1']) {
    expect(localRepository(parseReference(text))).toBe('gateway')
  }
  expect(localRepository(parseReference('quay.io/shop/gateway'))).toBe('quay.io/shop/gateway')
})

describe('what is no reference', () => {
  test.each([
    ['', 'it is empty'],
    ['Shop/Gateway:dev', 'lower case'],
    ['shop/Gateway', 'lower case'],
    ['shop//gateway', '`shop//gateway` is no repository'],
    ['shop/gate way', 'is no repository'],
    ['-shop', 'is no repository'],
    ['a..b', 'is no repository'],
    ['a___b', 'is no repository'],
    ['localhost/', 'the repository is missing'],
    ['localhost:x/gateway', '`localhost:x` is no registry host'],
    ['gateway:', '`` is no tag'],
    ['gateway:a:b', '`a:b` is no tag'],
    ['gateway:-x', '`-x` is no tag'],
    [`gateway:${'x'.repeat(129)}`, 'longer than 128'],
    [`gateway@sha256:abc`, '`sha256:abc` is no digest'],
    [`gateway@sha256:${'0123456789ABCDEF'.repeat(4)}`, 'is no digest'],
    ['0123456789abcdef'.repeat(4), 'it is an image ID'],
    ['https://quay.io/acme/tool', 'is no'],
    [`a/${'b'.repeat(255)}`, 'longer than 255'],
  ])('%s', (text, reason) => {
    expect(() => parseReference(text)).toThrow(InvalidReference)
    expect(() => parseReference(text)).toThrow(reason)
    expect(tryParseReference(text)).toBeUndefined()
  })

  test('the longest tag is 128 characters', () => {
    expect(parseReference(`gateway:${'x'.repeat(128)}`).tag).toHaveLength(128)
  })
})

test('an image without a tag means latest, a digest needs none', () => {
  expect(withDefaultTag(parseReference('postgres'))).toMatchObject({ tag: 'latest' })
  expect(withDefaultTag(parseReference('postgres:16')).tag).toBe('16')
  expect(withDefaultTag(parseReference(`postgres@${sha}`)).tag).toBeUndefined()
})

test.each([
  ['docker.io/library/postgres:16', 'postgres:16'],
  ['docker.io/shop/gateway', 'shop/gateway'],
  ['localhost/shop/gateway:1', 'localhost/shop/gateway:1'],
  ['docker.io/localhost/gateway', 'docker.io/localhost/gateway'],
])('people read %s as %s', (text, familiar) => {
  expect(familiarReference(parseReference(text))).toBe(familiar)
})

const alphanumeric = fc.stringMatching(/^[a-z0-9]{1,8}$/)
const component = fc
  .tuple(alphanumeric, fc.constantFrom('', '.', '_', '__', '-', '---'), alphanumeric)
  .map(([left, separator, right]) => left + separator + right)
const path = fc.array(component, { minLength: 1, maxLength: 4 }).map((components) => components.join('/'))
const registry = fc.constantFrom(
  'docker.io',
  'localhost',
  'localhost:5000',
  'quay.io',
  'registry:5000',
  '[::1]:80',
)
const anyReference: fc.Arbitrary<Reference> = fc
  .record(
    {
      registry,
      repository: path,
      tag: fc.stringMatching(/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/),
      digest: fc.stringMatching(/^[0-9a-f]{64}$/).map((hex) => `sha256:${hex}`),
    },
    { requiredKeys: ['registry', 'repository'] },
  )
  .map((reference) =>
    reference.registry === 'docker.io' && !reference.repository.includes('/')
      ? { ...reference, repository: `library/${reference.repository}` }
      : reference,
  )

describe('round trips', () => {
  test('I2: formatting and parsing any reference gives it back', () => {
    fc.assert(
      fc.property(anyReference, (reference) => {
        expect(parseReference(formatReference(reference))).toEqual(reference)
      }),
    )
  })

  test('I11: the familiar form means the same and is never longer', () => {
    fc.assert(
      fc.property(anyReference, (reference) => {
        const familiar = familiarReference(reference)
        expect(parseReference(familiar)).toEqual(reference)
        expect(familiar.length).toBeLessThanOrEqual(formatReference(reference).length)
      }),
    )
  })

  test('any text is either refused with a reason or has a stable qualified form', () => {
    const pieces = fc.constantFrom(
      'a',
      'Z',
      '0',
      '/',
      ':',
      '@',
      '.',
      '-',
      '_',
      'localhost',
      'sha256:',
      ' ',
      sha,
    )
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 12 }), (parts) => {
        const reference = tryParseReference(parts.join(''))
        fc.pre(reference !== undefined)
        const text = formatReference(reference)
        expect(qualified(text)).toBe(text)
      }),
    )
  })
})
