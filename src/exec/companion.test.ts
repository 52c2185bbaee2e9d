import { expect, test } from 'vitest'
import { startCompanion } from './companion.ts'

const script = (text: string) => startCompanion({ program: 'sh', args: ['-c', text] })

test('a companion says one line, and ends when it is let go of', async () => {
  const companion = script('echo up; cat; exit 3')
  expect(await companion.firstLine).toBe('up')
  expect(await companion.release()).toEqual({ exitCode: 3, signal: null })
})

test('it is told a last word', async () => {
  const companion = script('echo up; read word; [ "$word" = failed ]')
  await companion.firstLine
  expect(await companion.release('failed')).toEqual({ exitCode: 0, signal: null })
})

test('one that ends without a line says nothing', async () => {
  const companion = script('exit 2')
  expect(await companion.firstLine).toBeUndefined()
  expect(await companion.release('too late')).toEqual({ exitCode: 2, signal: null })
})

test('one that cannot be started is an error', async () => {
  const companion = startCompanion({ program: '/no/such/program', args: [] })
  await expect(companion.firstLine).rejects.toThrow('ENOENT')
})
