import { expect, test } from 'vitest'
import { formatJsonPath, parseJsonPath } from './json-path.ts'

test.each([
  ['{.spec.clusterIP}', ['spec', 'clusterIP'], '.spec.clusterIP'],
  ['.spec.clusterIP', ['spec', 'clusterIP'], '.spec.clusterIP'],
  ['$.spec', ['spec'], '.spec'],
  ['{.status.addresses[1].value}', ['status', 'addresses', 1, 'value'], '.status.addresses[1].value'],
  ['{.data.tls\\.crt}', ['data', 'tls.crt'], ".data['tls.crt']"],
  [`{.data['tls.crt']}`, ['data', 'tls.crt'], ".data['tls.crt']"],
  [`{.data["a b"][0]}`, ['data', 'a b', 0], ".data['a b'][0]"],
])('%s leads to one value', (text, path, formatted) => {
  expect(parseJsonPath(text)).toEqual(path)
  expect(formatJsonPath(path)).toBe(formatted)
})

test.each([
  '',
  '{}',
  'spec',
  '.spec.',
  '{.items[*].name}',
  '{.a..b}',
  '{.a[-1]}',
  '{.a[?(@.b)]}',
  '{.a} {.b}',
  '{.a',
])('%j is no path to one value', (text) => {
  expect(parseJsonPath(text)).toBeUndefined()
})
