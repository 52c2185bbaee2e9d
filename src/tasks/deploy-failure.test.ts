import { expect, test } from 'vitest'
import { KubernetesError } from '../drivers/kubernetes/kubernetes-error.ts'
import { describeDeployFailure } from './deploy-failure.ts'

const location = {
  file: '/repo/deploy/shops.yaml',
  start: { line: 7, column: 1 },
  end: { line: 9, column: 1 },
}
const object = { apiVersion: 'example.com/v1', kind: 'Shop', name: 'mall' }

function told(serverMessage: string, status: number, reason = 'Invalid', isKnown = true) {
  const error = new KubernetesError({ action: 'apply Shop mall', status, reason, serverMessage, object })
  const scope = { config: { root: '/repo' }, placeOf: () => (isKnown ? location : undefined) }
  return describeDeployFailure('shops', error, scope)
}

test('R4: an object that a webhook denies is told in its words, with the place of the object', () => {
  expect(told('admission webhook "guard" denied the request: too large', 403, 'Forbidden')).toEqual({
    code: 'E_DEPLOY_FAILED',
    message: 'shops could not be deployed: admission webhook "guard" denied the request: too large',
    where: 'deploy/shops.yaml:7, apply Shop mall',
    detail: '',
    hint: 'a webhook in the cluster forbids it: change the object, or what the webhook asks for',
  })
})

test('E2: of several objects, all that the server says is told', () => {
  expect(told('first\napply Shop corner: second', 422)).toMatchObject({
    message: 'shops could not be deployed: first',
    detail: 'apply Shop corner: second',
  })
})

test('an object of no manifest is told without a place', () => {
  expect(told('no', 422, 'Invalid', false)).toMatchObject({ where: 'apply Shop mall' })
})

test.each([
  [
    'Internal error occurred: failed calling webhook "guard": refused',
    500,
    'InternalError',
    /webhook.*needs/,
  ],
  ['the cluster has no kind Shop', 404, 'NoSuchKind', /CustomResourceDefinition/],
  ['spec.size: Invalid value', 422, 'Invalid', /manifest/],
  ['exceeded quota', 403, 'Forbidden', /quota/],
])('what to do about `%s`', (message, status, reason, hint) => {
  expect(told(message, status, reason).hint).toMatch(hint)
})

test('what the server answers when it is not well is no fault of the manifests', () => {
  expect(told('etcdserver: request timed out', 500, 'InternalError')).not.toHaveProperty('hint')
})
