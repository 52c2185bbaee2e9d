import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

const processes = 4
const tagsEach = 2_500
const script = `
  import { infraTag, uniqueTag } from ${JSON.stringify(new URL('../../dist/images/tag.js', import.meta.url))}
  const parts = { service: 'gateway', user: 'ada', epochMs: 1_700_000_000_000 }
  for (let i = 0; i < ${tagsEach}; i++) {
    console.log(uniqueTag(parts))
    console.log(infraTag({ service: 'postgres', consumer: 'gateway' }))
  }
`

test('I20: processes that make thousands of tags in the same second make no tag twice', async () => {
  const outputs = await Promise.all(
    Array.from({ length: processes }, () =>
      promisify(execFile)(process.execPath, ['--input-type=module', '--eval', script], {
        maxBuffer: 2 ** 26,
      }),
    ),
  )
  const tags = outputs.flatMap(({ stdout }) => stdout.trimEnd().split('\n'))
  expect(tags).toHaveLength(2 * processes * tagsEach)
  expect(new Set(tags).size).toBe(tags.length)
})
