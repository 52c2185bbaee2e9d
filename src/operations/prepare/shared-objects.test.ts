import { expect, test } from 'vitest'
import { configOf, environmentOf } from '../../../test/rig/sample-config.ts'
import { servicesOf } from '../../config/select.ts'
import type { HookStep } from '../../deploy/hooks.ts'
import type { PreparedManifests } from '../../deploy/prepare.ts'
import type { KubernetesObject } from '../../util/kubernetes-object.ts'
import { withHooks } from './hook-services.ts'
import { withSharedObjects } from './shared-objects.ts'

const role = (): KubernetesObject => ({
  apiVersion: 'rbac.authorization.k8s.io/v1',
  kind: 'ClusterRole',
  metadata: { name: 'reader' },
})
const hook = (): HookStep => ({ when: 'before', name: 'access', objects: [role()] })

test('an instance leaves what it shares to the hook of the other one that applies it, and comes after that', () => {
  const config = configOf(`
project: shop
services:
  web: { apply: web.yaml }
  blue: { instanceOf: web }
environments: { e2e: { services: [web, blue] } }`)
  const environment = environmentOf(config, 'e2e')
  const services = servicesOf(config, environment)
  const prepared: Pick<PreparedManifests, 'services' | 'hooksOf' | 'imagesOf'> = {
    services: services.map(({ name }) => ({ service: name, objects: [], ports: new Map() })),
    hooksOf: new Map(services.map(({ name }) => [name, [hook()]])),
    imagesOf: new Map(),
  }
  const hooked = withHooks(config, environment, services, prepared as PreparedManifests)
  const shared = withSharedObjects(hooked, () => true)
  expect(shared.problems).toEqual([])
  expect(shared.manifests.map(({ service, objects }) => [service, objects.length])).toEqual([
    ['web.access', 1],
    ['web', 0],
    ['blue.access', 0],
    ['blue', 0],
  ])
  const needs = shared.services.map(({ name, appliedNeeds }) => [name, appliedNeeds])
  expect(needs).toEqual([
    ['web.access', []],
    ['web', []],
    ['blue.access', ['web.access']],
    ['blue', []],
  ])
  expect(servicesOf(shared.config, shared.environment)).toEqual(shared.services)
})
