import { expect, test } from 'vitest'
import { aPod } from '../../../test/rig/pods.ts'
import type { RolloutState } from '../cluster.ts'
import { endpointsOf, servicesBefore } from './endpoints.ts'
import { dnsNames } from './services.ts'

const web = aPod({ name: 'web', aliases: [...dnsNames('web', 'shop'), ...dnsNames('all', 'shop')] })
const store = aPod({ name: 'db-0', aliases: [...dnsNames('all', 'shop'), 'db-0.db', 'db-0.db.shop'] })
const ready: RolloutState = { ready: 1, total: 1, waitingFor: '' }
const starting: RolloutState = { ready: 0, total: 1, waitingFor: 'web/app to start' }

test('the Services in front of pods are found by their names', () => {
  expect(servicesBefore([web, store])).toEqual(['web', 'all'])
})

test('R8: a Service is served when one of the pods behind it is ready', async () => {
  const rolloutOf = async (pod: { readonly name: string }) => (pod.name === 'web' ? starting : ready)
  expect(await endpointsOf(['web', 'all'], [web, store], rolloutOf)).toEqual({
    ready: 1,
    total: 2,
    waitingFor: 'an address behind Service web (web/app to start)',
  })
  expect(await endpointsOf(['all'], [web, store], rolloutOf)).toEqual(ready)
})
