import { expect, test } from 'vitest'
import { parseConfig } from './parse.ts'

function parse(cluster: string, exists: (path: string) => boolean = () => true) {
  const text = `apiVersion: kindling/v1alpha1
project: shop
services: { web: { apply: web.yaml } }
environments:
  e2e:
    services: [web]
    cluster: ${cluster}
`
  return parseConfig('/repo/kindling.yaml', text, { exists, env: {} })
}

test('definitions are files, directories and patterns; a namespace is there once, each with its place', () => {
  const { config, diagnostics } = parse(
    '{ provider: kind, crds: [config/crd, "deploy/*-crd.yaml"], namespaces: [shop, jobs, shop] }',
  )
  expect(diagnostics).toEqual([])
  expect(config?.environments.get('e2e')?.cluster).toMatchObject({
    crds: [
      { kind: 'path', path: '/repo/config/crd', location: { start: { line: 7, column: 39 } } },
      { kind: 'glob', directory: '/repo/deploy', pattern: '*-crd.yaml' },
    ],
    namespaces: [
      { name: 'shop', location: { start: { line: 7, column: 86 } } },
      { name: 'jobs', location: { start: { line: 7, column: 92 } } },
    ],
  })
})

test('without them there are none', () => {
  for (const cluster of ['{ provider: kind }', '{}']) {
    expect(parse(cluster).config?.environments.get('e2e')?.cluster).toMatchObject({
      crds: [],
      namespaces: [],
    })
  }
})

test('a file that is not there is told with its place', () => {
  expect(
    parse('{ crds: [config/crd, "*.yaml"] }', (path) => !path.endsWith('crd')).diagnostics,
  ).toMatchObject([
    {
      code: 'E_CONFIG_FILE_MISSING',
      message: 'the file with definitions for `e2e` does not exist',
      location: { start: { line: 7, column: 23 } },
    },
  ])
})
