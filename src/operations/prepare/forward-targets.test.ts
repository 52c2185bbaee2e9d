import { expect, test } from 'vitest'
import { manifests, service } from '../../../test/rig/manifests.ts'
import { configOf } from '../../../test/rig/sample-config.ts'
import { findForwardTargets } from './forward-targets.ts'

const postgres = service('postgres', '{ name: sql, port: 5432 }, { port: 8080 }')
const inShop = service('postgres', '{ port: 5432 }').replace(
  '{ name: postgres }',
  '{ name: postgres, namespace: shop }',
)

/** What a forward of a step that needs `proxy`, which needs `db`, leads to; or what is wrong with it, and the hint. */
function find(forward: string, db = postgres) {
  const config = configOf(`
project: shop
images: {}
services:
  db: { apply: db.yaml }
  other: { apply: other.yaml }
  proxy: { apply: proxy.yaml, needs: [db] }
  schema: { run: migrate, needs: [proxy], forwards: { db: ${forward} } }
environments: {}`)
  const { targets, diagnostics } = findForwardTargets(
    config,
    [...config.services.values()],
    [manifests('db', db), manifests('other', service('cache', '{ port: 6379 }'))],
  )
  return diagnostics.length === 0
    ? targets.get('schema')?.get('db')
    : diagnostics.map(({ message, hint, location }) => `${location?.start.column} ${message} (${hint})`)
}

test('a forward leads to a Service of what its step needs, near or far, by number or name of the port', () => {
  expect(find('{ service: postgres, port: 5432 }')).toEqual({
    ...{ service: 'postgres', namespace: 'default', port: 5432 },
  })
  expect(find('{ service: postgres, port: sql }')).toMatchObject({ port: 'sql' })
  expect(find('{ service: postgres, port: 5432 }', inShop)).toMatchObject({ namespace: 'shop' })
  expect(find('{ service: postgres, port: 5432, namespace: shop }', postgres + inShop)).toMatchObject({
    namespace: 'shop',
  })
})

test.each([
  [
    '{ service: postgrse, port: 5432 }',
    '70 forward `db` of `schema`: no manifest of the environment has a Service `postgrse` (did you mean `postgres`?)',
  ],
  [
    '{ service: postgres, port: 5433 }',
    '86 forward `db` of `schema`: the Service `postgres` has no port `5433` (did you mean `5432`?)',
  ],
  [
    '{ service: cache, port: 6379 }',
    '70 forward `db` of `schema`: the Service `cache` is one of `other`, which need not be ready by then (add `other` to `needs`)',
  ],
  [
    '{ service: postgres, port: 5432, namespace: shp }',
    '103 forward `db` of `schema`: there is no Service `postgres` in namespace `shp` (namespaces with one: default)',
  ],
])('%s is refused before anything happens', (forward, problem) => {
  expect(find(forward)).toEqual([problem])
})

test('of Services with one name, the namespace has to be said', () => {
  expect(find('{ service: postgres, port: 5432 }', postgres + inShop)).toEqual([
    '70 forward `db` of `schema`: there is a Service `postgres` in several namespaces (add `namespace`, one of default, shop)',
  ])
})
