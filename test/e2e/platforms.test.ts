import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { machinePlatform } from '../../src/util/platform.ts'
import { PrivatePodman } from '../rig/private-podman.ts'
import { type Ended, Project } from '../rig/project.ts'
import { temporaryDirectory } from '../rig/temp-directory.ts'

const other = machinePlatform === 'linux/arm64' ? 'linux/amd64' : 'linux/arm64'
const both = `${machinePlatform},${other}`

let podman: PrivatePodman
beforeAll(() => {
  podman = new PrivatePodman()
})
afterAll(() => podman[Symbol.dispose]())

/** Two images of one file each, of which one stands on the other. */
function project(changes: Readonly<Record<string, string>> = {}): Project {
  const made = new Project({
    'kindling.yaml': `apiVersion: kindling/v1alpha1
project: small
images:
  base: { dockerfile: base.Dockerfile }
  api: { dockerfile: Dockerfile, needs: [base] }
`,
    'base.Dockerfile': 'FROM scratch\nCOPY file /base\n',
    Dockerfile: 'FROM small/base\nCOPY file /file\n',
    file: 'hello',
    '.dockerignore': '*\n!file\n',
    ...changes,
  })
  made.env = podman.env
  return made
}

interface Built {
  readonly images: Readonly<
    Record<
      string,
      { reference: string; id: string; platforms?: Readonly<Record<string, { reference: string }>> }
    >
  >
}

function builtBy(ended: Ended): Built {
  expect(ended, ended.stderr).toMatchObject({ exitCode: 0 })
  return JSON.parse(ended.stdout) as Built
}

const platformOf = (image: string) =>
  podman.cli('image', 'inspect', '--format', '{{.Os}}/{{.Architecture}}', image).trim()

test('`--cleanup` leaves none of the names and images of several platforms, and no list', async () => {
  const before = podman.images()
  await using shop = project()
  const built = builtBy(await shop.kindling('build', '--platform', both, '--cleanup', '--output', 'json'))
  expect(Object.keys(built.images)).toEqual(['base', 'api'])
  expect(podman.images()).toEqual(before)
})

test('each platform is of that platform, down to what it stands on; `gc --all` leaves none', async () => {
  const before = podman.images()
  await using shop = project()
  const { images } = builtBy(
    await shop.kindling('build', '--platform', machinePlatform, '--platform', other, '--output', 'json'),
  )
  for (const image of ['base', 'api']) {
    expect(platformOf(images[image]?.reference ?? '')).toBe(machinePlatform)
    for (const [platform, part] of Object.entries(images[image]?.platforms ?? {})) {
      expect(platformOf(part.reference)).toBe(platform)
    }
  }
  expect(await shop.kindling('gc', '--all')).toMatchObject({ exitCode: 0 })
  expect(podman.images()).toEqual(before)
})

test('what is exported is the image of this machine, which another repository then need not build', async () => {
  const directory = join(temporaryDirectory(), 'images')
  await using shop = project()
  const maker = await shop.kindling('build', '--platform', both, '--export', directory, '--cleanup')
  expect(maker, maker.stderr).toMatchObject({ exitCode: 0 })
  expect(maker.stderr).toContain(`only those for ${machinePlatform} are exported`)
  await using another = project()
  const loaded = await another.kindling(
    ...['build', '--platform', machinePlatform, '--archive', directory, '--cleanup'],
  )
  expect(loaded, loaded.stderr).toMatchObject({ exitCode: 0 })
  expect(loaded.stderr).not.toContain('building')
})

test('a program of another platform that cannot run here ends with a hint, and the other platform is told', async () => {
  const before = podman.images()
  // An empty program for the other platform would do; what is no program at all is refused in the same words.
  await using shop = project({
    Dockerfile: 'FROM small/base\nCOPY --chmod=755 file /program\nRUN ["/program"]\n',
  })
  const { exitCode, stderr } = await shop.kindling('build', '--platform', both, '--cleanup')
  expect(exitCode).toBe(1)
  expect(stderr).toContain(`cannot run programs for ${other}`)
  expect(podman.images()).toEqual(before)
})

test('an export that cannot be written is told; the images are there, and known to `gc`', async () => {
  const before = podman.images()
  const file = join(temporaryDirectory({ file: '' }), 'file')
  await using shop = project()
  const { exitCode, stdout, stderr } = await shop.kindling(
    ...['build', '--export', join(file, 'images'), '--output', 'json'],
  )
  expect(exitCode).toBe(1)
  expect(stderr).toContain('E_EXPORT_FAILED')
  expect(stderr).not.toContain('Internal error')
  const { images } = JSON.parse(stdout) as Built
  expect(platformOf(images.api?.reference ?? '')).toBe(machinePlatform)
  expect(readFileSync(join(shop.root, '.kindling/images.env'), 'utf8')).toContain(images.api?.reference)
  expect(await shop.kindling('gc', '--all')).toMatchObject({ exitCode: 0 })
  expect(podman.images()).toEqual(before)
})

test('what is no platform is refused', async () => {
  await using shop = project()
  expect(await shop.kindling('build', '--platform', 'linux/amd64,arm64')).toMatchObject({
    exitCode: 2,
    stdout: '',
  })
})
