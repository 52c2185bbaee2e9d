import { describe, expect, test } from 'vitest'
import { anObject, aWorkload } from '../../../test/rig/kubernetes-objects.ts'
import { labels } from '../labels.ts'
import { hashOf, labelValue, ownedObject, ownerLabels } from './owned-object.ts'

const owner = { environment: 'shop-e2e', service: 'web' }
const ours = { [labels.environment]: 'shop-e2e', [labels.service]: 'web' }

describe('an object that is to be applied', () => {
  test('carries our labels beside its own, and so do the pods it makes', () => {
    const object = { ...aWorkload('Deployment', 'web'), metadata: { name: 'web', labels: { tier: 'front' } } }
    expect(ownedObject(object, owner)).toMatchObject({
      metadata: { labels: { tier: 'front', ...ours } },
      spec: {
        selector: { matchLabels: { app: 'web' } },
        template: { metadata: { labels: { app: 'web', ...ours } } },
      },
    })
  })

  test('the pods of a CronJob are known too', () => {
    const cronJob = anObject('CronJob', 'tidy', {
      apiVersion: 'batch/v1',
      spec: { jobTemplate: { spec: { template: { spec: {} } } } },
    })
    expect(ownedObject(cronJob, owner).spec).toEqual({
      jobTemplate: { spec: { template: { metadata: { labels: ours }, spec: {} } } },
    })
  })

  test('leaves the original as it was', () => {
    const object = aWorkload('Deployment', 'web')
    const before = structuredClone(object)
    ownedObject(object, owner)
    expect(object).toEqual(before)
  })

  test('does without what only the server may say', () => {
    const object = anObject('ConfigMap', 'settings', { status: { a: 1 } })
    const exported = {
      ...object,
      metadata: { ...object.metadata, uid: 'x', managedFields: [], resourceVersion: '7' },
    }
    expect(ownedObject(exported, owner)).toEqual(ownedObject(anObject('ConfigMap', 'settings'), owner))
  })

  test("a Secret's plain data is given as data, so that a key that goes does go", () => {
    const secret = anObject('Secret', 'login', { data: { a: 'eA==' }, stringData: { user: 'kim' } })
    const owned = ownedObject(secret, owner)
    expect(owned.data).toEqual({ a: 'eA==', user: Buffer.from('kim').toString('base64') })
    expect(owned).not.toHaveProperty('stringData')
  })
})

describe('the hash', () => {
  test('is the same for the same object, and another for another, or for another owner', () => {
    const hash = (value: string, service = 'web') =>
      hashOf(ownedObject(anObject('ConfigMap', 'settings', { data: { value } }), { ...owner, service }))
    expect(hash('a')).toBe(hash('a'))
    expect(new Set([hash('a'), hash('b'), hash('a', 'api')]).size).toBe(3)
  })

  test('does not count on what a controller made with a copy of the annotations', () => {
    const owned = ownedObject(anObject('ReplicaSet', 'web-1'), owner)
    const made = { ...owned, metadata: { ...owned.metadata, ownerReferences: [{ uid: 'web' }] } }
    expect(hashOf(made)).toBeUndefined()
  })
})

describe('a value of a label', () => {
  test.each(['shop-e2e', 'a', 'v1.2_3'])('is the text itself where that is allowed: %s', (text) => {
    expect(labelValue(text)).toBe(text)
  })

  test.each(['x'.repeat(64), 'ends-', '-starts', 'über', 'a b', ''])(
    'is made of the text otherwise: %s',
    (text) => {
      expect(labelValue(text)).toMatch(/^[a-z0-9]([\w.-]{0,61}[a-z0-9])?$/i)
    },
  )

  test('differs where only the end of a long text does', () => {
    expect(labelValue(`${'x'.repeat(70)}1`)).not.toBe(labelValue(`${'x'.repeat(70)}2`))
  })

  test('what is the environment alone has no service', () => {
    expect(ownerLabels({ environment: 'shop-e2e' })).toEqual({ [labels.environment]: 'shop-e2e' })
  })
})
