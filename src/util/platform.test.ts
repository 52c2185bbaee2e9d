import { expect, test } from 'vitest'
import { isSamePlatform, localPlatform, machinePlatform } from './platform.ts'

test('of several platforms, the one of this machine runs on it, whatever its variant', () => {
  expect(localPlatform(['linux/s390x', machinePlatform])).toBe(machinePlatform)
  expect(localPlatform(['linux/s390x', `${machinePlatform}/v8`])).toBe(`${machinePlatform}/v8`)
  expect(localPlatform(['linux/s390x', 'linux/ppc64le'])).toBe('linux/s390x')
  expect(localPlatform([])).toBeUndefined()
})

test('a variant that only one side names does not count', () => {
  expect(isSamePlatform('linux/arm64/v8', 'linux/arm64')).toBe(true)
  expect(isSamePlatform('linux/arm/v6', 'linux/arm/v7')).toBe(false)
  expect(isSamePlatform('linux/arm', 'linux/arm64')).toBe(false)
})
