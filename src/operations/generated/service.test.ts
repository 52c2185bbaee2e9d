import { expect, test } from 'vitest'
import { manifests } from '../../../test/rig/manifests.ts'
import { configOf, environmentOf } from '../../../test/rig/sample-config.ts'
import { servicesOf } from '../../config/select.ts'
import type { GeneratedValues } from './make-values.ts'
import { withGenerated } from './service.ts'

const namespace = 'apiVersion: v1\nkind: Namespace\nmetadata: { name: shop }\n'
const passwords =
  'pass: { password: {}, secret: { name: db, namespace: shop, data: { url: "${env.SCHEME}://${generated.pass}@db" } } }'

function expand(generated: string, webManifests = namespace, ready = 'rollout') {
  const config = configOf(
    `
project: shop
generated: { ca: { ca: {} }, ${generated} }
services:
  db: { apply: db.yaml }
  web: { apply: web.yaml, needs: [db], ports: { api: 1 }, ready: [${ready}] }
environments: { e2e: { services: [web] } }`,
    { SCHEME: 'postgres' },
  )
  const environment = environmentOf(config, 'e2e')
  const services = servicesOf(config, environment)
  const hooked = {
    config,
    environment,
    services,
    manifests: [manifests('db', ''), manifests('web', webManifests)],
    imagesOf: new Map([['web', ['web']]]),
    serviceOf: new Map<string, string>(),
  }
  return { hooked, ...withGenerated(hooked, { ca: { cert: '/files/ca.pem' } }, { SCHEME: 'postgres' }) }
}

const values: GeneratedValues = new Map([
  ['pass', { value: 'hunter22' }],
  ['ca', { cert: 'CERT', key: 'KEY' }],
  ['tls', { cert: 'C', key: 'K', ca: 'CERT' }],
])

test('without objects there is no further service', () => {
  const { hooked, services, manifests: all, manifestsWith, diagnostics } = expand('pass: { password: {} }')
  expect(services).toEqual(hooked.services)
  expect([all, manifestsWith(values)]).toEqual([hooked.manifests, hooked.manifests])
  expect(diagnostics).toEqual([])
})

test('R3: all others need that the objects have been applied, and a namespace they are in comes with them', () => {
  const { services, config, environment, manifests: all, diagnostics } = expand(passwords)
  expect(services.map(({ name, needs, appliedNeeds }) => [name, needs, appliedNeeds])).toEqual([
    ['generated.objects', [], []],
    ['db', [], ['generated.objects']],
    ['web', ['db'], ['generated.objects']],
  ])
  expect(servicesOf(config, environment).map(({ name }) => name)).toEqual(['generated.objects', 'db', 'web'])
  expect(all.map(({ service, objects }) => [service, objects.map(({ kind }) => kind)])).toEqual([
    ['generated.objects', ['Namespace', 'Secret']],
    ['db', []],
    ['web', []],
  ])
  expect(diagnostics).toEqual([])
})

test('a namespace that none of them is in stays where it was', () => {
  const { manifests: all } = expand('pass: { password: {}, secret: { name: db } }')
  expect(all.map(({ objects }) => objects.map(({ kind }) => kind))).toEqual([['Secret'], [], ['Namespace']])
})

test('the objects hold the values once there are any, and before that what is nobody’s secret', () => {
  const { manifests: planned, manifestsWith } = expand(
    `${passwords}, tls: { certificate: { ca: ca, names: [a] }, secret: { name: tls }, configMap: { name: trust } }`,
  )
  expect(planned[0]?.objects[1]?.stringData).toEqual({
    password: 'pass.value',
    url: 'postgres://pass.value@db',
  })
  expect(manifestsWith(values)[0]?.objects.slice(1)).toEqual([
    {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'db', namespace: 'shop' },
      type: 'Opaque',
      stringData: { password: 'hunter22', url: 'postgres://hunter22@db' },
    },
    {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'tls' },
      type: 'kubernetes.io/tls',
      stringData: { 'tls.crt': 'C', 'tls.key': 'K', 'ca.crt': 'CERT' },
    },
    { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'trust' }, data: { 'ca.crt': 'CERT' } },
  ])
})

test('an object that manifests have as well is told at its place', () => {
  const secret = 'apiVersion: v1\nkind: Secret\nmetadata: { name: db, namespace: shop }\n'
  const { diagnostics } = expand(passwords, secret)
  expect(diagnostics).toMatchObject([
    {
      code: 'E_MANIFEST_DUPLICATE',
      message: 'Secret shop/db is generated, and the manifests of service `web` have it as well',
      location: { start: { line: 4 } },
    },
  ])
  expect(expand(passwords, secret.replace('name: db,', 'name: other,')).diagnostics).toEqual([])
})

test('a wait that trusts a generated CA reads the file of this environment', () => {
  const { services } = expand(
    'pass: { password: {} }',
    namespace,
    '{ https: { port: api, ca: "${generated.ca.cert.file}" } }',
  )
  expect(services.at(-1)?.ready).toMatchObject([{ kind: 'https', caFile: '/files/ca.pem' }])
})
