import { expect, test } from 'vitest'
import { configOf, environmentOf } from '../../../test/rig/sample-config.ts'
import { servicesOf } from '../../config/select.ts'
import type { HookStep } from '../../deploy/hooks.ts'
import type { PreparedManifests } from '../../deploy/prepare.ts'
import { withHooks } from './hook-services.ts'

function expand(hooks: Readonly<Record<string, readonly HookStep[]>>) {
  const config = configOf(`
project: shop
images: {}
services:
  db: { apply: db.yaml }
  shop: { apply: shop.yaml, needs: [db], ports: { api: 80 } }
  front: { apply: front.yaml, needs: [{ service: db, level: applied }, shop] }
environments: { e2e: { services: [front], cluster: { provider: kind } } }`)
  const environment = environmentOf(config, 'e2e')
  const services = servicesOf(config, environment)
  const prepared: Pick<PreparedManifests, 'services' | 'hooksOf' | 'imagesOf'> = {
    services: services.map(({ name }) => ({ service: name, objects: [], ports: new Map() })),
    hooksOf: new Map(Object.entries(hooks)),
    imagesOf: new Map([['shop', ['migrate']]]),
  }
  return withHooks(config, environment, services, prepared as PreparedManifests)
}

const step = (when: HookStep['when'], name: string): HookStep => ({ when, name, objects: [] })

const needsOf = ({ services }: ReturnType<typeof expand>) =>
  Object.fromEntries(services.map(({ name, needs, appliedNeeds }) => [name, [needs, appliedNeeds]]))

test('without hooks nothing is changed', () => {
  expect(needsOf(expand({}))).toEqual({ db: [[], []], shop: [['db'], []], front: [['shop'], ['db']] })
})

test('R5: a hook after the rest waits for that to be applied alone, and is waited for by whoever needs the service', () => {
  const expanded = expand({
    shop: [step('before', 'check'), step('after', 'migrate'), step('after', 'seed')],
  })
  expect(needsOf(expanded)).toEqual({
    db: [[], []],
    'shop.check': [['db'], []],
    shop: [['db', 'shop.check'], []],
    'shop.migrate': [[], ['shop']],
    'shop.seed': [['shop.migrate'], []],
    front: [['shop', 'shop.seed'], ['db']],
  })
  expect(expanded.imagesOf.get('shop.migrate')).toEqual(['migrate'])
  expect(servicesOf(expanded.config, expanded.environment).map(({ name }) => name)).toEqual([
    'db',
    'shop.check',
    'shop',
    'shop.migrate',
    'shop.seed',
    'front',
  ])
})
