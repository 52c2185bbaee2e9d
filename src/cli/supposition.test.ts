import { expect, test } from 'vitest'
import { parseSupposition } from './supposition.ts'

test('processors, memory and services, in any order, each if wanted', () => {
  expect(parseSupposition('services=200, cpus=16,memory=64GiB')).toEqual({
    cpus: 16,
    memoryBytes: 64 * 2 ** 30,
    services: 200,
  })
  expect(parseSupposition('cpus=1')).toEqual({ cpus: 1 })
})

test.each([
  ['cpus=0', '`cpus=0` must be a whole number from 1 to 1024.'],
  ['cpus=2.5', '`cpus=2.5` must be a whole number from 1 to 1024.'],
  ['services=5000', '`services=5000` must be a whole number from 1 to 1000.'],
  ['memory=64', '`memory=64` must be a size of at least 256MiB, for example 64GiB.'],
  ['memory=1MiB', '`memory=1MiB` must be a size of at least 256MiB, for example 64GiB.'],
  ['cpus=2,cpus=4', '`cpus` is there twice.'],
  ['cores=2', '`cores` cannot be simulated.'],
  ['', '`` has no value.'],
  ['cpus', '`cpus` has no value.'],
])('%s is refused', (text, message) => {
  expect(() => parseSupposition(text)).toThrow(message)
})
