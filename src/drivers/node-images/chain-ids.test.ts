import { expect, test } from 'vitest'
import { chainIds } from './chain-ids.ts'

test('a layer on others is known by all of them', () => {
  const digests = ['a', 'b', 'c'].map((digit) => `sha256:${digit.repeat(64)}`)
  const chain = chainIds(digests)
  // By `printf 'sha256:aa… sha256:bb…' | sha256sum`.
  expect(chain.slice(0, 2)).toEqual([
    digests[0],
    'sha256:ccd722928bd92476ba1745586fed6e45a102504185ad88cd89e01ff116fd146c',
  ])
  expect(chainIds(digests.slice(0, 2))).toEqual(chain.slice(0, 2))
  expect(chainIds([...digests].reverse())[2]).not.toBe(chain[2])
  expect(chainIds([])).toEqual([])
})
