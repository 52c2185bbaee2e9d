import { expect, test } from 'vitest'
import { configOf, environmentOf } from '../../../test/rig/sample-config.ts'
import { servicesOf } from '../../config/select.ts'
import { prepareManifests } from '../../deploy/prepare.ts'
import {
  environmentProblems,
  environmentService,
  withEnvironmentService,
  withNamespaces,
} from './environment-service.ts'

function equip(cluster: string) {
  const config = configOf(`
project: shop
services:
  db: { apply: db.yaml }
  web: { apply: web.yaml, needs: [{ service: db, level: applied }] }
  other: { apply: other.yaml }
environments: { e2e: { services: [web], cluster: ${cluster} } }`)
  const environment = environmentOf(config, 'e2e')
  return { before: { config, environment }, ...withEnvironmentService(config, environment) }
}

test('R3: what an environment has of its own comes before all its services', () => {
  const { config, environment } = equip('{ provider: kind, crds: [crds] }')
  expect(
    servicesOf(config, environment).map(({ name, needs, appliedNeeds }) => [name, needs, appliedNeeds]),
  ).toEqual([
    [environmentService, [], []],
    ['db', [], [environmentService]],
    ['web', [], [environmentService, 'db']],
  ])
  expect(config.services.get(environmentService)?.sources).toMatchObject([{ path: '/repo/crds' }])
  // Nobody can have chosen the name.
  expect(() => configOf(`project: shop\nservices: { ${environmentService}: { apply: a } }`)).toThrow()
})

test('without anything of its own, it stays as it is', () => {
  const { before, config, environment } = equip('{ provider: kind }')
  expect({ config, environment }).toEqual(before)
})

async function prepared(cluster: string) {
  const { config, environment } = equip(cluster)
  const service = config.services.get(environmentService)
  const sources = withNamespaces(
    [{ name: environmentService, sources: [], imagePaths: [], ports: new Map() }],
    environment,
  )
  expect(service?.ready).toEqual([{ kind: 'rollout' }])
  return prepareManifests(sources, [])
}

test('namespaces stand where the configuration lists them; those that every cluster has are not made', async () => {
  const { services, locate, diagnostics } = await prepared('{ namespaces: [shop, kube-system, default] }')
  expect(diagnostics).toEqual([])
  const [object, ...others] = services[0]?.objects ?? []
  expect(others).toEqual([])
  expect(object).toEqual({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } })
  if (object === undefined) return
  expect(
    locate({ service: environmentService, object, path: ['kind'], kind: 'unsupported', message: 'No' }),
  ).toMatchObject({
    code: 'E_MANIFEST_UNSUPPORTED',
    location: { file: '/repo/kindling.yaml', start: { line: 8, column: 65 } },
  })
})

test('a file of definitions has nothing else', () => {
  const objects = ['CustomResourceDefinition', 'Namespace', 'ConfigMap'].map((kind) => ({
    apiVersion: 'v1',
    kind,
    metadata: { name: 'a' },
  }))
  const own = { service: environmentService, objects, ports: new Map() }
  expect(environmentProblems([own, { ...own, service: 'web' }])).toMatchObject([
    {
      object: { kind: 'ConfigMap' },
      kind: 'invalid',
      message: 'ConfigMap a is not a CustomResourceDefinition, but is in a file of `crds`',
    },
  ])
  expect(environmentProblems([])).toEqual([])
})
