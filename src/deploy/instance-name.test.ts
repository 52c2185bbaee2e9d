import fc from 'fast-check'
import { expect, test } from 'vitest'
import { instanceName } from './instance-name.ts'

test.each([
  ['gateway', 'gateway-blue'],
  ['gateway-config', 'gateway-blue-config'],
  ['gatewayish', 'gatewayish-gateway-blue'],
  ['settings', 'settings-gateway-blue'],
  ['app.conf', 'app.conf-gateway-blue'],
])('%s of gateway is %s in gateway-blue', (name, expected) => {
  expect(instanceName(name, 'gateway', 'gateway-blue')).toBe(expected)
})

test('a name that would be too long is cut before what would end it badly, and told apart by a hash', () => {
  const long = `${'a'.repeat(42)}.-${'b'.repeat(30)}`
  expect(instanceName(long, 'web', 'blue')).toMatch(/^a{42}-[0-9a-f]{8}$/)
  expect(instanceName(`${long}c`, 'web', 'blue')).not.toBe(instanceName(long, 'web', 'blue'))
})

const label = fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,40}[a-z0-9])?$/)

test('a name is always one that Kubernetes takes, is another one, and always the same', () => {
  fc.assert(
    fc.property(label, label, label, (name, service, instance) => {
      fc.pre(service !== instance)
      const renamed = instanceName(name, service, instance)
      expect(renamed).toMatch(/^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/)
      expect(renamed.length).toBeLessThanOrEqual(63)
      expect(renamed).not.toBe(name)
      expect(instanceName(name, service, instance)).toBe(renamed)
    }),
  )
})
