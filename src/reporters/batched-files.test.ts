import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { temporaryDirectory } from '../../test/rig/temp-directory.ts'
import { VirtualClock } from '../../test/rig/virtual-clock.ts'
import { BatchedFiles } from './batched-files.ts'

test('texts come into their files in order, a moment later, and for nobody else to read', async () => {
  const clock = new VirtualClock()
  const files = new BatchedFiles<string>(clock)
  const [a, b] = [join(temporaryDirectory(), 'a'), join(temporaryDirectory(), 'b')]
  for (const [file, text] of [
    [a, '1'],
    [b, '2'],
    [a, '3'],
  ] as const)
    files.append(file, text)
  expect(statSync(a, { throwIfNoEntry: false })).toBeUndefined()
  await clock.advance(100)
  expect([readFileSync(a, 'utf8'), readFileSync(b, 'utf8')]).toEqual(['13', '2'])
  expect(statSync(a).mode & 0o777).toBe(0o600)
  files.append(a, '4')
  await clock.advance(100)
  expect(readFileSync(a, 'utf8')).toBe('134')
  expect(clock.sleeping).toBe(0)
})

test('much text does not wait', () => {
  const files = new BatchedFiles<string>(new VirtualClock())
  const file = join(temporaryDirectory(), 'a')
  files.append(file, 'x'.repeat(100_000))
  expect(statSync(file).size).toBe(100_000)
})

test('a file that could not be written later is told to the next one who writes', async () => {
  const clock = new VirtualClock()
  const files = new BatchedFiles<string>(clock)
  files.append(join(temporaryDirectory(), 'missing', 'a'), 'x')
  await clock.advance(100)
  expect(() => files.append('b', 'x')).toThrow('ENOENT')
})
