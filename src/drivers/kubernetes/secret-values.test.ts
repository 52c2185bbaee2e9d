import { expect, test } from 'vitest'
import { anObject } from '../../../test/rig/kubernetes-objects.ts'
import { secretValues } from './secret-values.ts'

test('the values of Secrets are known as they are and as Kubernetes keeps them', () => {
  const objects = [
    anObject('Secret', 'a', { data: { password: Buffer.from('hunter22').toString('base64'), empty: '' } }),
    anObject('Secret', 'b', { stringData: { token: 'let-me-in' } }),
    anObject('Secret', 'c'),
    anObject('ConfigMap', 'd', { data: { url: 'http://example.com' } }),
  ]
  expect(secretValues(objects)).toEqual([
    'aHVudGVyMjI=',
    'hunter22',
    'let-me-in',
    Buffer.from('let-me-in').toString('base64'),
  ])
})
