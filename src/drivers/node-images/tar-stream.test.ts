import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { temporaryDirectory } from '../../../test/rig/temp-directory.ts'
import { type TarMember, tarStream } from './tar-stream.ts'

async function bytesOf(members: readonly TarMember[]): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  for await (const chunk of tarStream(members)) chunks.push(chunk)
  return Buffer.concat(chunks)
}

async function* repeated(text: string, times: number): AsyncGenerator<Uint8Array> {
  for (let count = 0; count < times; count++) yield Buffer.from(text)
}

test('tar reads what is written', async () => {
  const name = `blobs/sha256/${'a'.repeat(64)}`
  const directory = temporaryDirectory()
  writeFileSync(
    join(directory, 'x.tar'),
    await bytesOf([
      { name: 'index.json', size: 2, data: Buffer.from('{}') },
      { name: 'empty', size: 0, data: Buffer.of() },
      { name: 'block', size: 512, data: Buffer.alloc(512, 'b') },
      { name, size: 3_000, data: () => repeated('abc', 1_000) },
    ]),
  )
  const tar = (...args: readonly string[]) => execFileSync('tar', args, { cwd: directory, encoding: 'utf8' })
  expect(tar('-tf', 'x.tar').split('\n')).toEqual(['index.json', 'empty', 'block', name, ''])
  expect(tar('-xOf', 'x.tar', 'index.json')).toBe('{}')
  expect(tar('-xOf', 'x.tar', 'block')).toBe('b'.repeat(512))
  expect(tar('-xOf', 'x.tar', name)).toBe('abc'.repeat(1_000))
})

test('a member of more than 8 GiB has its size in binary', async () => {
  const size = 9 * 2 ** 30
  const huge = tarStream([{ name: 'huge', size, data: () => repeated('', 0) }])
  const { value } = await huge.next()
  const header = Buffer.from(value as Uint8Array)
  expect(header[124]).toBe(0x80)
  expect(header.readBigUInt64BE(128)).toBe(BigInt(size))
})

test('a member that is shorter or longer than was promised is an error', async () => {
  const member = (size: number) => ({ name: 'layer', size, data: () => repeated('abc', 2) })
  await expect(bytesOf([member(7)])).rejects.toThrow('layer has less than 7 bytes')
  await expect(bytesOf([member(5)])).rejects.toThrow('layer has more than 5 bytes')
})
