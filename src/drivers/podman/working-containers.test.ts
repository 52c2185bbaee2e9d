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

test("a container whose state cannot be read is somebody else's", async () => {
  const exec = new FakeExec(({ args }) =>
    args[0] === 'ps' ? { stdout: 'aaa Storage\n' } : { stdout: '/nowhere\noverlay\n' },
  )
  expect(await removeWorkingContainers(new Podman(exec), 'shop-e2e-1')).toEqual([])
})

test('without any such container, podman is asked no more', async () => {
  const exec = podmanWith({ ddd: { status: 'Exited (0) 2 minutes ago' } })
  await removeWorkingContainers(new Podman(exec), 'shop-e2e-1')
  expect(exec.commands).toHaveLength(1)
})
