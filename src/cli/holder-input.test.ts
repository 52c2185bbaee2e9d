import { PassThrough } from 'node:stream'
import { expect, test } from 'vitest'
import { holderInput } from './holder-input.ts'

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))
}

test('an environment is held until its input ends', async () => {
  const stream = new PassThrough()
  const input = holderInput(stream)
  expect(input.signal.aborted).toBe(false)
  stream.end()
  await aborted(input.signal)
  expect(input.outcome()).toBe('succeeded')
})

test('a holder says that its tests have failed, in whatever pieces that comes', async () => {
  const stream = new PassThrough()
  const input = holderInput(stream)
  stream.write('fai')
  stream.end('led')
  await aborted(input.signal)
  expect(input.outcome()).toBe('failed')
})

test('an input that breaks has ended', async () => {
  const stream = new PassThrough()
  const input = holderInput(stream)
  stream.destroy(new Error('EIO'))
  await aborted(input.signal)
})
