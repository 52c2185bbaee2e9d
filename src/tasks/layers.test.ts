import { expect, test } from 'vitest'
import { readLayers } from './layers.ts'

const { signal } = new AbortController()
const image = { reference: 'localhost/web:1', id: `sha256:${'1'.repeat(64)}` }
const provided = new Map([['web', { ...image, fingerprint: 'f' }]])

function reading(bytes: number | undefined) {
  const lines: string[] = []
  const cluster = bytes === undefined ? {} : { readAhead: async () => bytes }
  const output = (_: string, line: string) => void lines.push(line)
  return { result: readLayers('web', { provided, cluster }, { signal, output }), lines }
}

test('it is told what was written', async () => {
  const { result, lines } = reading(3 * 2 ** 20)
  expect(await result).toEqual({ outcome: 'succeeded', outputs: { bytesWritten: 3 * 2 ** 20 } })
  expect(lines).toEqual(['wrote 3.0 MiB to disk'])
})

test.each([0, undefined])('nothing was done where nothing was written: %s', async (bytes) => {
  expect(await reading(bytes).result).toMatchObject({ outcome: 'reused' })
})
