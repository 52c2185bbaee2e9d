import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { PodmanImages } from '../../src/drivers/podman/images.ts'
import { Podman } from '../../src/drivers/podman/podman.ts'
import { Tar } from '../../src/drivers/tar.ts'
import { LocalExec } from '../../src/exec/local-exec.ts'
import { loadFromArchive } from '../../src/images/load-archive.ts'
import { readArchive } from '../../src/images/read-archive.ts'
import { writeArchive } from '../../src/images/write-archive.ts'
import { temporaryDirectory } from '../rig/temp-directory.ts'

const exec = new LocalExec()
const engine = new PodmanImages(new Podman(exec))
const options = { signal: new AbortController().signal }

/** An image of one file, under a name that no other test has; all its names go when the test has finished. */
async function build(): Promise<{ repository: string; reference: string; id: string }> {
  const repository = `kindling-test-archive/${randomBytes(4).toString('hex')}`
  const reference = `localhost/${repository}:built`
  const context = temporaryDirectory({ Dockerfile: 'FROM scratch\nCOPY file /\n', file: repository })
  onTestFinished(async () => {
    for (const tag of ['built', 'loaded']) await engine.removeImage(`localhost/${repository}:${tag}`)
  })
  const id = await engine.build(
    {
      reference,
      owner: 'kindling-test-archive',
      dockerfile: join(context, 'Dockerfile'),
      context,
      args: {},
      labels: {},
      baseImages: new Map(),
    },
    options,
  )
  return { repository, reference, id }
}

test('I7: an image that was archived, removed and loaded again is the same image', async () => {
  const { repository, reference, id } = await build()
  const directory = join(temporaryDirectory(), 'images')
  const image = { name: 'web', repository, reference, fingerprint: '0'.repeat(64), id }
  await writeArchive(directory, [image], engine, options)
  // Once more over what is there, which podman refuses for a file.
  await writeArchive(directory, [image], engine, options)
  expect(readdirSync(directory)).toHaveLength(2)
  await engine.removeImage(reference)
  expect(await engine.imageId(id)).toBeUndefined()

  const { entries, problems } = await readArchive(directory, new Tar(exec))
  expect(problems).toEqual([])
  const entry = entries.get(repository)
  if (entry === undefined) throw new Error(`${repository} is not in the archive`)
  const loaded = `localhost/${repository}:loaded`
  expect(await loadFromArchive(entry, loaded, engine, options)).toBe(id)
  expect(await engine.imageId(loaded)).toBe(id)
  expect(await engine.imageId(reference)).toBeUndefined()
  // Of what is here already, nothing is loaded.
  expect(await loadFromArchive(entry, reference, engine, options)).toBe(id)
})

test.each(['docker-archive', 'oci-archive'])(
  'I7: a tar that podman itself has written as %s is loaded by its name',
  async (format) => {
    const { repository, reference, id } = await build()
    const directory = temporaryDirectory()
    const file = join(directory, 'some.tar')
    execFileSync('podman', ['save', '--quiet', '--format', format, '--output', file, reference])
    await engine.removeImage(reference)

    const { entries, problems } = await readArchive(directory, new Tar(exec))
    expect(problems).toEqual([])
    const entry = entries.get(repository)
    if (entry === undefined) throw new Error(`${repository} is not in the archive`)
    const loaded = `localhost/${repository}:loaded`
    expect(await loadFromArchive(entry, loaded, engine, options)).toBe(id)
    expect(await engine.imageId(reference)).toBeUndefined()
  },
)
