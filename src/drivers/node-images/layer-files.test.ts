import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { temporaryDirectory } from '../../../test/rig/temp-directory.ts'
import { LayerFiles } from './layer-files.ts'
import type { LayerSource } from './layer-source.ts'
import type { ImageDescription } from './oci-archive.ts'

const image = (...layers: readonly string[]): ImageDescription => ({
  id: 'sha256:id',
  config: Buffer.from('{}'),
  layers: layers.map((name) => ({ digest: `sha256:${name}` })),
})

/** Writes the name of a layer as its content. */
class NamesAsLayers implements LayerSource {
  readonly written: string[][] = []
  before: () => Promise<void> = async () => {}

  async describe(): Promise<ImageDescription> {
    return image()
  }

  async writeLayers(_: ImageDescription, digests: ReadonlySet<string>, directory: string): Promise<number> {
    this.written.push([...digests])
    await this.before()
    for (const digest of digests) writeFileSync(join(directory, digest.slice(7)), digest)
    return [...digests].join('').length
  }
}

function rig() {
  const parent = temporaryDirectory()
  const source = new NamesAsLayers()
  return { parent, source, files: new LayerFiles(source, parent) }
}

test('I24: a layer that several images need is written once', async () => {
  const { source, files } = rig()
  const [one, two] = [files.lease(), files.lease()]
  const digests = (name: string) => ['sha256:base', `sha256:${name}`]
  await Promise.all([
    one.have(image('base', 'one'), digests('one'), {}),
    two.have(image('base', 'two'), digests('two'), {}),
  ])
  expect(source.written).toEqual([['sha256:base', 'sha256:one'], ['sha256:two']])
  expect([one.bytesWritten, two.bytesWritten]).toEqual(['sha256:basesha256:one'.length, 'sha256:two'.length])
})

test('it stays as long as one of them needs it', async () => {
  const { files } = rig()
  const [one, two] = [files.lease(), files.lease()]
  const path = (await one.have(image('base'), ['sha256:base'], {})).get('sha256:base')?.path ?? ''
  await two.have(image('base'), ['sha256:base'], {})
  one.release()
  await Promise.resolve()
  expect(readFileSync(path, 'utf8')).toBe('sha256:base')
  two.release()
  await new Promise((resolve) => setImmediate(resolve))
  expect(existsSync(path)).toBe(false)
})

test('who waits for a writer that fails writes it', async () => {
  const { source, files } = rig()
  const [one, two] = [files.lease(), files.lease()]
  source.before = () => {
    source.before = async () => {}
    return Promise.reject(new Error('cancelled'))
  }
  const first = one.have(image('base'), ['sha256:base'], {})
  const second = two.have(image('base'), ['sha256:base'], {})
  await expect(first).rejects.toThrow('cancelled')
  expect((await second).get('sha256:base')?.size).toBe('sha256:base'.length)
})

test('I22: the directory is for this user alone, and goes at the end', async () => {
  const { parent, files } = rig()
  expect(readdirSync(parent)).toEqual([])
  await files.lease().have(image('base'), ['sha256:base'], {})
  const [name = ''] = readdirSync(parent)
  expect(statSync(join(parent, name)).mode & 0o777).toBe(0o700)
  files.close()
  expect(readdirSync(parent)).toEqual([])
})
