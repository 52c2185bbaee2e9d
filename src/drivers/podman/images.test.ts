import { writeFileSync } from 'node:fs'
import { expect, onTestFinished, test, vi } from 'vitest'
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
    const idFile = args[args.indexOf('--iidfile') + 1]
    if (args[0] === 'build' && idFile !== undefined) writeFileSync(idFile, `sha256:${id}`)
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
  const { images, exec } = imagesOn(podman({}))
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
    ...['--label', 'dev.kindling.fingerprint=abc'],
    ...['--iidfile', expect.stringContaining('/kindling-build-shop-e2e-1.'), '/repo'],
  ])
  // Every further call would be a process more.
  expect(exec.commands).toHaveLength(1)
})

test('a fresh build uses nothing of earlier ones', async () => {
  const { images, exec } = imagesOn(podman({}))
  await images.build({ ...request, isFresh: true }, {})
  expect(exec.commands[0]?.args).toContain('--no-cache')
})

test('the output of a build goes to its listener', async () => {
  const { images } = imagesOn(podman({ build: { stdout: 'STEP 1/1: FROM scratch\n' } }))
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

test('images are listed again when one of them came or went meanwhile, but not for ever', async () => {
  for (const stderr of [
    'Error: locating image with ID "abc": image not known',
    'Error: checking if image "abc" is dangling: locating item named "manifest" for image with ID "abc" (consider removing the image to resolve the issue): file does not exist',
  ]) {
    const raced = { exitCode: 125, stderr }
    const answers: FakeAnswer[] = [raced, { stdout: '[]' }]
    const { images, exec } = imagesOn(() => answers.shift() ?? raced)
    expect(await images.findImages({ one: '1' })).toEqual([])
    expect(exec.lines).toHaveLength(2)
    await expect(images.findImages({ one: '1' })).rejects.toThrow('125')
  }
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

test('only a registry of this machine may do without TLS', async () => {
  const { images, exec } = imagesOn(podman({ 'image inspect': { stdout: id } }))
  await images.push('localhost/shop/api:1', '127.0.0.1:5000/shop/api:1', {})
  await images.push('localhost/shop/api:1', 'registry.example.com/shop/api:1', {})
  await images.pull('localhost:5000/api:1', {})
  await images.pull('docker.io/library/postgres:16', {})
  expect(exec.lines.filter((line) => !line.includes('inspect'))).toEqual([
    'podman push --tls-verify=false localhost/shop/api:1 docker://127.0.0.1:5000/shop/api:1',
    'podman push localhost/shop/api:1 docker://registry.example.com/shop/api:1',
    'podman pull --tls-verify=false localhost:5000/api:1',
    'podman pull docker.io/library/postgres:16',
  ])
})

/** podman's calls without the storage of their own that lists have. */
function listCalls({ lines }: FakeExec): string[] {
  return lines.map((line) =>
    line.replace(/ --root \S+ --runroot \S+ --tmpdir \S+ --storage-driver vfs/, ' (apart)'),
  )
}

test('a list of platforms is made apart from the images, after those are in the registry', async () => {
  const { images, exec } = imagesOn(podman({}))
  const parts = ['amd64', 'arm64'].map((arch) => ({
    reference: `localhost/shop/api:1-${arch}`,
    target: `registry.example.com/shop/api:1-${arch}`,
  }))
  await images.pushList({ parts, target: 'registry.example.com/shop/api:1', owner: 'build-1' }, {})
  const list = 'localhost/kindling/list:1'
  expect(listCalls(exec)).toEqual([
    ...parts.map(({ reference, target }) => `podman push ${reference} docker://${target}`),
    `podman (apart) manifest create ${list}`,
    ...parts.map(({ target }) => `podman (apart) manifest add --all ${list} docker://${target}`),
    `podman (apart) manifest push --format oci ${list} docker://registry.example.com/shop/api:1`,
  ])
})

test('an image for one platform is fetched by its digest, so that no name moves', async () => {
  const [amd64, arm64] = ['a', 'b'].map((digit) => `sha256:${digit.repeat(64)}`)
  const manifests = [
    { digest: amd64, platform: { os: 'linux', architecture: 'amd64' } },
    { digest: arm64, platform: { os: 'linux', architecture: 'arm64', variant: 'v8' } },
  ]
  const programs: FakePrograms = ({ args }) => {
    if (args.includes('inspect') && args.includes('manifest'))
      return { stdout: JSON.stringify({ manifests }) }
    return args.includes('inspect') ? { stdout: id } : {}
  }
  const { images, exec } = imagesOn(programs)
  const name = 'localhost/kindling-pulled/docker-io/library/node:20-linux-arm64'
  const reference = 'docker.io/library/node:20'
  const pull = { reference, platform: 'linux/arm64', name, owner: 'build-1' }
  expect(await images.pullFor(pull, {})).toBe(`sha256:${id}`)
  const byDigest = `docker.io/library/node@${arm64}`
  expect(exec.lines.slice(-4)).toEqual([
    `podman pull ${byDigest}`,
    expect.stringContaining('image inspect'),
    `podman tag ${byDigest} ${name}`,
    `podman untag sha256:${id} ${byDigest}`,
  ])
  const before = exec.lines.length
  expect(await images.pullFor({ ...pull, platform: 'linux/s390x' }, {})).toBeUndefined()
  expect(exec.lines.slice(before).filter((line) => line.startsWith('podman pull'))).toEqual([])
})

test('a podman elsewhere has no place for lists', async () => {
  const { images } = imagesOn(podman({}))
  expect(await images.listProblem()).toBeUndefined()
  vi.stubEnv('CONTAINER_HOST', 'ssh://somewhere')
  onTestFinished(() => void vi.unstubAllEnvs())
  expect((await images.listProblem())?.message).toContain('ssh://somewhere')
})
