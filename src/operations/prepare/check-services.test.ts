import { expect, test } from 'vitest'
import { deployment, manifests, service } from '../../../test/rig/manifests.ts'
import { configOf } from '../../../test/rig/sample-config.ts'
import { unsupportedOutputs, uselessVariables } from './check-services.ts'

const config = configOf(`
project: shop
images: {}
services:
  api: { apply: api.yaml, env: { A: x }, outputs: { ip: { object: Service/api, jsonPath: .spec }, a: { log: a } } }
  step: { run: x, env: { A: x } }
environments: {}`)
const services = [...config.services.values()]

test('podman has no objects to read outputs off', () => {
  expect(unsupportedOutputs('podman', services, config)).toMatchObject([
    { code: 'E_MANIFEST_UNSUPPORTED', location: { start: { line: 6 } } },
  ])
  expect(unsupportedOutputs('kind', services, config)).toEqual([])
})

test('variables for manifests without containers would have no effect', () => {
  const useless = (yaml: string) => uselessVariables(services, () => manifests('api', yaml).objects, config)
  expect(useless(deployment('api'))).toEqual([])
  expect(useless(service('api', '{ port: 80 }'))).toMatchObject([
    { message: 'service `api` has `env`, and no containers in its manifests to give it to' },
  ])
})
