import { expect, test } from 'vitest'
import { type FakeAnswer, FakeExec, type FakePrograms } from '../../../test/rig/fake-exec.ts'
import { transcript } from '../../../test/rig/transcript.ts'
import type { BuildRequest } from '../container-engine.ts'
import { PodmanImages } from './images.ts'
import { Podman } from './podman.ts'

const id = 'f'.repeat(64)

function imagesOn(programs: FakePrograms): { images: PodmanImages; exec: FakeExec } {
  const exec = new FakeExec(programs)
  return { images: new PodmanImages(new Podman(exec)), exec }
}

/** Answers to some of podman's commands, by their first words. */
function podman(answers: Readonly<Record<string, FakeAnswer>>): FakePrograms {
  return ({ args }) => {
    const line = args.join(' ')
    return Object.entries(answers).find(([start]) => line.startsWith(start))?.[1] ?? {}
  }
}

const request: BuildRequest = {
  reference: 'localhost/shop/api:1',
  owner: 'shop-e2e-1',
  dockerfile: '/repo/docker/api.Dockerfile',
  context: '/repo',
  args: {},
  labels: {},
  baseImages: new Map(),
}

test('a build names everything that decides the image, and never pulls what is here', async () => {
  const { images, exec } = imagesOn(podman({ 'image inspect': { stdout: `${id}\n` } }))
  const full: BuildRequest = {
    ...request,
    target: 'production',
    platform: 'linux/arm64',
    args: { MODE: 'release build', EMPTY: '' },
    labels: { 'dev.kindling.fingerprint': 'abc' },
    baseImages: new Map([['shop/base', 'localhost/shop/base:1']]),
  }
  expect(await images.build(full, {})).toBe(`sha256:${id}`)
  expect(exec.commands[0]?.args).toEqual([
    ...['build', '--tag', 'localhost/shop/api:1', '--file', '/repo/docker/api.Dockerfile', '--pull=false'],
    ...['--target', 'production', '--platform', 'linux/arm64'],
    ...['--build-arg', 'MODE=release build', '--build-arg', 'EMPTY='],
    ...['--build-context', 'shop/base=container-image://localhost/shop/base:1'],
    ...['--secret', 'id=dev.kindling.owner.shop-e2e-1,src=/dev/null'],
    ...['--label', 'dev.kindling.fingerprint=abc', '/repo'],
  ])
})

test('a fresh build uses nothing of earlier ones', async () => {
  const { images, exec } = imagesOn(podman({ 'image inspect': { stdout: id } }))
  await images.build({ ...request, isFresh: true }, {})
  expect(exec.commands[0]?.args).toContain('--no-cache')
})

test('the output of a build goes to its listener, that of the questions around it does not', async () => {
  const { images } = imagesOn(
    podman({ build: { stdout: 'STEP 1/1: FROM scratch\n' }, 'image inspect': { stdout: `${id}\n` } }),
  )
  const lines: string[] = []
  await images.build(request, { onLine: (_, line) => lines.push(line) })
  expect(lines).toEqual(['STEP 1/1: FROM scratch'])
})

test('an image that is not here has no id, and is not pulled for the question', async () => {
  const { images, exec } = imagesOn(
    podman({ 'image inspect': { exitCode: 125, stderr: 'Error: image not known' } }),
  )
  expect(await images.imageId('docker.io/library/x:1')).toBeUndefined()
  expect(exec.lines).toEqual([`podman image inspect --format '{{.Id}}' docker.io/library/x:1`])
})

test('the algorithm is put before an id exactly once', async () => {
  for (const stdout of [id, `sha256:${id}`]) {
    const { images } = imagesOn(podman({ 'image inspect': { stdout } }))
    expect(await images.imageId('x:1')).toBe(`sha256:${id}`)
  }
})

test('only images that carry all labels are found, though podman filters by one', async () => {
  const entry = (Id: string, Labels: Record<string, string> | null) => ({
    Id,
    Names: [`localhost/${Id}:1`],
    Labels,
  })
  const stdout = JSON.stringify([
    entry('a', { one: '1', two: '2' }),
    entry('b', { one: '1' }),
    entry('c', null),
  ])
  const { images, exec } = imagesOn(podman({ images: { stdout } }))
  const found = await images.findImages({ one: '1', two: '2' }, { all: true })
  expect(found).toEqual([{ id: 'sha256:a', references: ['localhost/a:1'], labels: { one: '1', two: '2' } }])
  expect(exec.lines).toEqual(['podman images --all --filter label=one=1 --format json'])
})

test('no images at all are an empty list', async () => {
  for (const stdout of ['', '[]\n']) {
    expect(await imagesOn(podman({ images: { stdout } })).images.findImages({ one: '1' })).toEqual([])
  }
})

test('images are listed again when one of them went meanwhile, but not for ever', async () => {
  const gone = { exitCode: 125, stderr: 'Error: locating image with ID "abc": image not known' }
  const answers: FakeAnswer[] = [gone, { stdout: '[]' }]
  const { images, exec } = imagesOn(() => answers.shift() ?? gone)
  expect(await images.findImages({ one: '1' })).toEqual([])
  expect(exec.lines).toHaveLength(2)
  await expect(images.findImages({ one: '1' })).rejects.toThrow('125')
})

test('an image is removed quietly, also when it is gone, used by a container or known by more names', async () => {
  expect(await imagesOn(podman({})).images.removeImage('x:1')).toBe(true)
  const refusals = transcript('rmi-refusals.stderr.txt').trim().split('\n')
  expect(refusals).toHaveLength(3)
  for (const stderr of refusals) {
    const { images } = imagesOn(podman({ rmi: { exitCode: 2, stderr } }))
    expect(await images.removeImage('x:1')).toBe(false)
  }
})

test('any other failure to remove an image is told', async () => {
  const { images } = imagesOn(podman({ rmi: { exitCode: 125, stderr: 'Error: disk on fire' } }))
  await expect(images.removeImage('x:1')).rejects.toThrow('125')
})

test('a root file system becomes an image with our labels', async () => {
  const { images, exec } = imagesOn(podman({ 'image inspect': { stdout: id } }))
  await images.importRootfs(
    '/tmp/root.tar',
    'localhost/kindling-base/x:1',
    { 'dev.kindling.base': 'true' },
    {},
  )
  expect(exec.lines[0]).toBe(
    `podman import --change 'LABEL dev.kindling.base=true' /tmp/root.tar localhost/kindling-base/x:1`,
  )
})

test('the private configuration goes with every call, whatever else a call sets', async () => {
  const exec = new FakeExec()
  const own = new Podman(exec, { containersConf: '/state/containers.conf' })
  await own.run(['ps'], { env: { CONTAINERS_CONF: '/not/this', A: '1' } })
  expect(exec.commands[0]?.env).toEqual({ CONTAINERS_CONF: '/state/containers.conf', A: '1' })
})
