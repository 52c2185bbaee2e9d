import { expect, test } from 'vitest'
import { anObject, aWorkload } from '../../../test/rig/kubernetes-objects.ts'
import { configOf } from '../../../test/rig/sample-config.ts'
import type { Diagnostic } from '../../diagnostics/diagnostic.ts'
import { unknownWaits, unsupportedWaits } from './unsupported-waits.ts'

const config = configOf(`project: shop
images: {}
services:
  operator:
    apply: operator.yaml
    ready:
      - rollout
      - condition: { object: CustomResourceDefinition/shops.example.com, type: Established }
  web:
    apply: web.yaml
    ready: [job, { job: migrat }, endpoints, { endpoints: web, timeout: 10s }]
environments:
  e2e: { services: [operator, web], cluster: { provider: podman } }
`)
const services = [...config.services.values()]

function told(diagnostics: readonly Diagnostic[]): string[] {
  return diagnostics.map(({ message, location, hint }) => `${location?.start.line}: ${message} (${hint})`)
}

test('a condition that the provider cannot see is an error at its place, with the way out', () => {
  expect(told(unsupportedWaits('podman', services, config.locate))).toEqual([
    '9: service `operator` waits for a `condition`, which the provider podman cannot see (use a Kind cluster for this environment: `provider: kind`)',
  ])
})

test('a provider with objects sees all of them', () => {
  expect(unsupportedWaits('kind', services, config.locate)).toEqual([])
})

test('R7: a wait for what no manifest has is an error before anything starts', () => {
  const objects = { web: [aWorkload('Job', 'migrate'), anObject('Service', 'web')] }
  const objectsOf = (service: string) => (service === 'web' ? objects.web : [])
  expect(told(unknownWaits(services, objectsOf, config.locate))).toEqual([
    '12: service `web` waits for a Job `migrat`, and its manifests have none (did you mean `migrate`?)',
  ])
})

test('R7: a wait for all Jobs and all Services wants at least one', () => {
  expect(told(unknownWaits(services, () => [], config.locate))).toEqual([
    '12: service `web` waits for a Job, and its manifests have none (there are no Jobs of its manifests)',
    '12: service `web` waits for a Job `migrat`, and its manifests have none (there are no Jobs of its manifests)',
    '12: service `web` waits for a Service, and its manifests have none (there are no Services of its manifests)',
    '12: service `web` waits for a Service `web`, and its manifests have none (there are no Services of its manifests)',
  ])
})
