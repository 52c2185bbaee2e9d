import fc from 'fast-check'
import { expect, test } from 'vitest'
import { infraTag, newTagSuffix, platformTag, uniqueTag } from './tag.ts'

test('a tag tells service, user, commit, time and run', () => {
  const tag = uniqueTag({
    service: 'gateway',
    user: 'ada',
    commit: '0123456789abcdef',
    isDirty: true,
    epochMs: 1_700_000_000_999,
    suffix: '89abcdef',
  })
  expect(tag).toBe('gateway-ada-0123456-dirty-1700000000-89abcdef')
})

test('whatever the parts hold, the result is a tag that a registry takes, and ends with what makes it unique', () => {
  fc.assert(
    fc.property(
      fc.string(),
      fc.string(),
      fc.boolean(),
      fc.string({ minLength: 90 }),
      (service, user, isDirty, long) => {
        const suffix = newTagSuffix()
        const tag = uniqueTag({ service: service + long, user: user + long, isDirty, epochMs: 1, suffix })
        expect(tag).toMatch(/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/)
        expect(tag.endsWith(suffix)).toBe(true)
        expect(infraTag({ service: long + service, consumer: user })).toMatch(
          /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,118}-[0-9a-f]{8}$/,
        )
      },
    ),
  )
})

test('I20: a tag of infrastructure tells service, consumer and eight random digits', () => {
  expect(infraTag({ service: 'postgres', consumer: 'gateway e2e' })).toMatch(
    /^postgres-gateway-e2e-[0-9a-f]{8}$/,
  )
})

test('I20: two tags made in the same instant differ', () => {
  const tags = Array.from({ length: 5_000 }, () => uniqueTag({ service: 'a', user: 'b', epochMs: 0 }))
  expect(new Set(tags).size).toBe(tags.length)
})

test("the tag for one platform tells which, and keeps the run's suffix", () => {
  expect(platformTag('gateway-ada-0123456-1700000000-89abcdef', 'linux/arm64/v8')).toBe(
    'gateway-ada-0123456-1700000000-89abcdef-linux-arm64-v8',
  )
  const longest = `${'x'.repeat(110)}.-------89abcdef`
  expect(longest.length).toBeLessThanOrEqual(128)
  const tag = platformTag(longest, 'linux/arm64')
  expect(tag).toMatch(/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/)
  expect(tag.endsWith('89abcdef-linux-arm64')).toBe(true)
  expect(platformTag(`${'.'.repeat(120)}-1`, 'linux/arm64')).toMatch(/^\w/)
})
