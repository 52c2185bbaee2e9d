import { expect, test } from 'vitest'
import { FakeExec } from '../../../test/rig/fake-exec.ts'
import { temporaryDirectory } from '../../../test/rig/temp-directory.ts'
import { Podman } from './podman.ts'
import { ownerMark, removeWorkingContainers } from './working-containers.ts'

/** A podman whose storage holds these working containers, with whose they are. */
function podmanWith(containers: Readonly<Record<string, { status: string; owner?: string }>>): FakeExec {
  const state = (owner: string | undefined) =>
    JSON.stringify({ args: owner === undefined ? [] : [ownerMark(owner)] })
  const files = Object.entries(containers).map(([id, { owner }]) => [
    `overlay-containers/${id}/userdata/buildah.json`,
    state(owner),
  ])
  const graphRoot = temporaryDirectory(Object.fromEntries(files))
  const list = Object.entries(containers).map(([id, { status }]) => `${id} ${status}\n`)
  return new FakeExec(({ args }) => {
    if (args[0] === 'ps') return { stdout: list.join('') }
    return args[0] === 'info' ? { stdout: `${graphRoot}\noverlay\n` } : {}
  })
}

test('what killed builds of an environment left is removed, and nothing else', async () => {
  const exec = podmanWith({
    aaa: { status: 'Storage', owner: 'shop-e2e-1' },
    bbb: { status: 'Storage', owner: 'shop-e2e-12' },
    ccc: { status: 'Storage' },
    ddd: { status: 'Up 3 minutes', owner: 'shop-e2e-1' },
  })
  expect(await removeWorkingContainers(new Podman(exec), 'shop-e2e-1')).toEqual(['aaa'])
  expect(exec.lines.filter((line) => line.includes(' rm '))).toEqual(['podman rm --force aaa'])
})

test.each(['', '{"args": ['])(
  'what a build has left on a full disk (%j) is removed, unless somebody is building',
  async (text) => {
    const graphRoot = temporaryDirectory({
      'overlay-containers/aaa/userdata/buildah.json': text,
      'overlay-containers/bbb/userdata/config.json': '{}',
    })
    const exec = new FakeExec(({ args }) => {
      if (args[0] === 'ps') return { stdout: 'aaa Storage base-working-container\nbbb Storage k8s_app\n' }
      return args[0] === 'info' ? { stdout: `${graphRoot}\noverlay\n` } : {}
    })
    expect(await removeWorkingContainers(new Podman(exec), 'shop-e2e-1', () => true)).toEqual([])
    expect(await removeWorkingContainers(new Podman(exec), 'shop-e2e-1', () => false)).toEqual(['aaa'])
  },
)

test('what podman has lost of a pod is removed by its name, and the like of others is not', async () => {
  const exec = new FakeExec(({ args }) => {
    if (args[0] !== 'ps') return { stdout: '/nowhere\noverlay\n' }
    return { stdout: 'aaa Storage shop-e2e-1-web__infra\nbbb Storage shop-e2e-12-web__infra\n' }
  })
  expect(await removeWorkingContainers(new Podman(exec), 'shop-e2e-1')).toEqual(['aaa'])
})

test("a container whose state cannot be read is somebody else's", async () => {
  const exec = new FakeExec(({ args }) =>
    args[0] === 'ps' ? { stdout: 'aaa Storage\n' } : { stdout: '/nowhere\noverlay\n' },
  )
  expect(await removeWorkingContainers(new Podman(exec), 'shop-e2e-1')).toEqual([])
})

test('without any such container, podman is asked no more', async () => {
  const exec = podmanWith({ ddd: { status: 'Exited (0) 2 minutes ago' } })
  await removeWorkingContainers(new Podman(exec), 'shop-e2e-1')
  expect(exec.lines.map((line) => line.split(' ')[1])).toEqual(['images', 'ps'])
})

test('images that were half written when podman was killed are removed, since no image can be listed beside them', async () => {
  const broken = ['a', 'b'].map((digit) => digit.repeat(64))
  const exec = new FakeExec(({ args }) => {
    if (args[0] === 'rmi') broken.shift()
    if (args[0] !== 'images' || broken[0] === undefined) return {}
    const stderr = `Error: locating item named "manifest" for image with ID "${broken[0]}" (consider removing the image to resolve the issue): file does not exist`
    return { exitCode: 125, stderr }
  })
  await removeWorkingContainers(new Podman(exec), 'shop-e2e-1')
  expect(exec.lines.filter((line) => line.includes(' rmi '))).toEqual([
    `podman rmi --force ${'a'.repeat(64)}`,
    `podman rmi --force ${'b'.repeat(64)}`,
  ])
})

test('an image that stays half written does not keep anybody for ever', async () => {
  const stderr = `locating item named "manifest" for image with ID "${'c'.repeat(64)}"`
  const exec = new FakeExec(({ args }) => (args[0] === 'images' ? { exitCode: 125, stderr } : {}))
  expect(await removeWorkingContainers(new Podman(exec), 'shop-e2e-1')).toEqual([])
})
