import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { FakeEngine } from '../../test/rig/fake-engine.ts'
import { temporaryDirectory, writeFiles } from '../../test/rig/temp-directory.ts'
import { Tar } from '../drivers/tar.ts'
import { LocalExec } from '../exec/local-exec.ts'
import { manifestName } from './archive-manifest.ts'
import { ArchiveError, loadFromArchive } from './load-archive.ts'
import { type ArchiveEntry, readArchive } from './read-archive.ts'
import { type ImageToArchive, writeArchive } from './write-archive.ts'

const tar = new Tar(new LocalExec())

/** An engine with an image of that name, and what a run knows of it. */
function built(engine: FakeEngine, name: string, fingerprint = name): ImageToArchive {
  const reference = `localhost/shop/${name}:${fingerprint}`
  const id = engine.add({}, reference)
  const hex = Buffer.from(fingerprint).toString('hex').padEnd(64, '0')
  return { name, repository: `shop/${name}`, reference, fingerprint: hex, id }
}

async function entryOf(directory: string, repository: string): Promise<ArchiveEntry> {
  const { entries, problems } = await readArchive(directory, tar)
  expect(problems).toEqual([])
  const entry = entries.get(repository)
  if (entry === undefined) throw new Error(`${repository} is not in the archive`)
  return entry
}

/** A tar as another tool writes it. */
function foreignTar(directory: string, name: string, files: Readonly<Record<string, string>>): void {
  const content = temporaryDirectory(files)
  execFileSync('tar', ['-cf', join(directory, name), '-C', content, '.'])
}

describe('I7: an archive directory', () => {
  test('gives another engine the same images, under names of its own', async () => {
    const [here, there] = [new FakeEngine(), new FakeEngine()]
    const directory = join(temporaryDirectory(), 'images')
    const [web, api] = [built(here, 'web'), built(here, 'api')]
    await writeArchive(directory, [{ ...web, platform: 'linux/amd64' }, api], here)

    const { entries, problems } = await readArchive(directory, tar)
    expect(problems).toEqual([])
    expect([...entries.keys()]).toEqual(['shop/web', 'shop/api'])
    expect(entries.get('shop/web')?.written).toMatchObject({ ...web, platform: 'linux/amd64' })
    for (const entry of entries.values()) {
      const id = await loadFromArchive(entry, `localhost/${entry.repository}:mine`, there)
      expect(id).toBe(entry.written?.id)
    }
    expect(there.names()).toEqual(['localhost/shop/api:mine', 'localhost/shop/web:mine'])
  })

  test('is written again beside what is in it, and keeps no file that nobody needs', async () => {
    const engine = new FakeEngine()
    const directory = temporaryDirectory()
    const api = built(engine, 'api')
    await writeArchive(directory, [api, built(engine, 'web', 'one')], engine)
    const [web] = await writeArchive(directory, [built(engine, 'web', 'two')], engine)
    await writeArchive(directory, [api], engine)

    expect((await entryOf(directory, 'shop/web')).written).toEqual(web)
    expect((await entryOf(directory, 'shop/api')).written).toMatchObject(api)
    expect(readdirSync(directory)).toHaveLength(3)
  })

  test('stays as it was when an image cannot be saved', async () => {
    const engine = new FakeEngine()
    const directory = temporaryDirectory()
    await writeArchive(directory, [built(engine, 'web', 'one')], engine)
    const before = readdirSync(directory)
    const gone = { ...built(engine, 'api'), reference: 'localhost/shop/api:gone' }
    await expect(writeArchive(directory, [built(engine, 'web', 'two'), gone], engine)).rejects.toThrow()
    expect(readdirSync(directory)).toEqual(before)
    await entryOf(directory, 'shop/web')
  })

  test.each<[string, (directory: string, tarFile: string) => void, RegExp]>([
    ['is not there', (directory) => rmSync(directory, { recursive: true }), /no such directory/],
    ['has lost a tar', (_, file) => rmSync(file), /tar of image `web` is missing/],
    ['has a tar cut short', (_, file) => writeFileSync(file, '['), /has 1 bytes instead of \d+/],
    [
      'has a manifest that is no JSON',
      (directory) => writeFiles(directory, { [manifestName]: '{' }),
      /cannot be read: it is no JSON/,
    ],
    [
      'has a manifest of a later version',
      (directory) => writeFiles(directory, { [manifestName]: '{"version":2}' }),
      /its version is not 1/,
    ],
    [
      'has a manifest without images',
      (directory) => writeFiles(directory, { [manifestName]: '{"version":1}' }),
      /`images`/,
    ],
    [
      'has a manifest that points elsewhere',
      (directory) => {
        const file = join(directory, manifestName)
        const text = readFileSync(file, 'utf8')
        writeFileSync(file, text.replace(/"file": ".*"/, '"file": "../../etc/passwd"'))
      },
      /`images\.0\.file`/,
    ],
  ])('that %s is a problem', async (_, damage, message) => {
    const engine = new FakeEngine()
    const directory = temporaryDirectory()
    const [web] = await writeArchive(directory, [built(engine, 'web')], engine)
    damage(directory, join(directory, web?.file ?? ''))
    const { entries, problems } = await readArchive(directory, tar)
    expect(entries.get('shop/web')?.written).toBeUndefined()
    expect(problems[0]).toMatchObject({ severity: 'error', message: expect.stringMatching(message) })
  })
})

describe('I7: an archived image', () => {
  test('is not loaded again when it is here', async () => {
    const engine = new FakeEngine()
    const directory = temporaryDirectory()
    await writeArchive(directory, [built(engine, 'web')], engine)
    const entry = await entryOf(directory, 'shop/web')
    rmSync(entry.file)
    expect(await loadFromArchive(entry, 'localhost/shop/web:mine', engine)).toBe(entry.written?.id)
    expect(engine.names()).toEqual(['localhost/shop/web:mine', 'localhost/shop/web:web'])
  })

  test('is refused when its file has changed, before the engine sees it', async () => {
    const there = new FakeEngine()
    const directory = temporaryDirectory()
    const here = new FakeEngine()
    await writeArchive(directory, [built(here, 'web')], here)
    const entry = await entryOf(directory, 'shop/web')
    writeFileSync(entry.file, readFileSync(entry.file, 'utf8').replace('web', 'wep'))
    const load = loadFromArchive(entry, 'localhost/shop/web:mine', there)
    await expect(load).rejects.toThrow(ArchiveError)
    await expect(load).rejects.toThrow(/tar of image `web` is damaged: its SHA-256 is \w+ instead of/)
    expect(there.names()).toEqual([])
  })

  test('is refused when the engine makes another image of it, and no name is left', async () => {
    const [here, there] = [new FakeEngine(), new FakeEngine()]
    const directory = temporaryDirectory()
    await writeArchive(directory, [{ ...built(here, 'web'), id: `sha256:${'f'.repeat(64)}` }], here)
    const entry = await entryOf(directory, 'shop/web')
    await expect(loadFromArchive(entry, 'localhost/shop/web:mine', there)).rejects.toThrow(
      /the tar holds another image than sha256:f+/,
    )
    expect(there.names()).toEqual([])
  })

  test('takes no name away from an image that has it here', async () => {
    const [here, there] = [new FakeEngine(), new FakeEngine()]
    const directory = temporaryDirectory()
    await writeArchive(directory, [built(here, 'other'), built(here, 'web')], here)
    const entry = await entryOf(directory, 'shop/web')
    const owner = there.add({}, entry.reference)
    const id = await loadFromArchive(entry, 'localhost/shop/web:mine', there)
    expect(id).not.toBe(owner)
    expect(await there.imageId(entry.reference)).toBe(owner)
    expect(await there.imageId('localhost/shop/web:mine')).toBe(id)
  })
})

describe('I7: tars that others have written', () => {
  const named = (...RepoTags: string[]) => JSON.stringify([{ Config: 'x.json', RepoTags, Layers: [] }])

  test.each<[string, Record<string, string>, [string, string][]]>([
    ['docker save', { 'manifest.json': named('shop/web:dev') }, [['shop/web', 'shop/web:dev']]],
    [
      'podman save',
      { 'manifest.json': named('localhost/shop/web:dev') },
      [['shop/web', 'localhost/shop/web:dev']],
    ],
    [
      'docker save of several',
      {
        'manifest.json': `[${named('shop/web:1', 'shop/web:2').slice(1, -1)},${named('shop/api:1').slice(1)}`,
      },
      [
        ['shop/web', 'shop/web:1'],
        ['shop/api', 'shop/api:1'],
      ],
    ],
    [
      'podman save --format oci-archive',
      {
        'index.json':
          '{"manifests":[{"annotations":{"org.opencontainers.image.ref.name":"localhost/shop/web:1"}}]}',
      },
      [['shop/web', 'localhost/shop/web:1']],
    ],
    [
      'docker buildx build --output type=oci',
      {
        'index.json':
          '{"manifests":[{"annotations":{"io.containerd.image.name":"docker.io/shop/web:1","org.opencontainers.image.ref.name":"1"}}]}',
      },
      [['shop/web', 'docker.io/shop/web:1']],
    ],
  ])('are known by the names in them: %s', async (_, files, expected) => {
    const directory = temporaryDirectory()
    foreignTar(directory, 'some.tar', files)
    const { entries, problems } = await readArchive(directory, tar)
    expect(problems).toEqual([])
    expect([...entries.values()].map(({ repository, reference }) => [repository, reference])).toEqual(
      expected,
    )
  })

  test.each<[string, Record<string, string>, RegExp]>([
    ['no image', { 'x.txt': '' }, /it is no image/],
    ['an image without a name', { 'manifest.json': '[{"RepoTags":null}]' }, /has no name/],
    ['no JSON', { 'manifest.json': '[' }, /cannot be read/],
  ])('that hold %s are passed over with a warning', async (_, files, message) => {
    const directory = temporaryDirectory()
    foreignTar(directory, 'some.tar', files)
    const { entries, problems } = await readArchive(directory, tar)
    expect(entries.size).toBe(0)
    expect(problems).toEqual([
      expect.objectContaining({ severity: 'warning', message: expect.stringMatching(message) }),
    ])
  })

  test('that hold the same image are told', async () => {
    const directory = temporaryDirectory()
    foreignTar(directory, 'a.tar', { 'manifest.json': named('shop/web:1') })
    foreignTar(directory, 'b.tar', { 'manifest.json': named('localhost/shop/web:2') })
    const { entries, problems } = await readArchive(directory, tar)
    expect(entries.get('shop/web')?.file).toBe(join(directory, 'a.tar'))
    expect(problems).toMatchObject([{ severity: 'error', file: join(directory, 'b.tar') }])
  })

  test('are loaded by name', async () => {
    const [here, there] = [new FakeEngine(), new FakeEngine()]
    const id = here.add({}, 'localhost/shop/web:dev')
    const file = join(temporaryDirectory(), 'web.tar')
    await here.save(['localhost/shop/web:dev'], file)
    const entry = { repository: 'shop/web', reference: 'shop/web:dev', file, names: ['shop/web:dev'] }
    expect(await loadFromArchive(entry, 'localhost/shop/web:mine', there)).toBe(id)
    expect(there.names()).toEqual(['localhost/shop/web:mine'])
  })
})
