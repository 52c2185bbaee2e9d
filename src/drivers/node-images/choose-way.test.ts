import { expect, test } from 'vitest'
import { FakeExec } from '../../../test/rig/fake-exec.ts'
import type { EngineProgram } from '../engine-program.ts'
import { chooseWay, type WayChoice } from './choose-way.ts'

const withSkopeo = new FakeExec()
const without = new FakeExec(() => undefined)

function choice(name: EngineProgram['name'], exec: FakeExec, changes: Partial<WayChoice> = {}): WayChoice {
  const run = () => Promise.reject(new Error('not to be called'))
  return {
    exec,
    program: { name, variables: {}, run },
    kind: run,
    cluster: 'x',
    directory: '/none',
    ...changes,
  }
}

test('I24: with podman and skopeo nodes get only what they lack, as they pull it', async () => {
  expect((await chooseWay(choice('podman', withSkopeo))).way.name).toBe('pull')
  const { way } = await chooseWay(choice('podman', withSkopeo, { preference: 'missing-layers' }))
  expect(way.name).toBe('missing-layers')
})

test('without skopeo images are streamed, and why is said', async () => {
  const { way, reason } = await chooseWay(choice('podman', without))
  expect(way.name).toBe('stream')
  expect(reason).toContain('skopeo')
})

test('docker streams', async () => {
  const { way, reason } = await chooseWay(choice('docker', withSkopeo))
  expect(way.name).toBe('stream')
  expect(reason).toContain('docker')
})

test.each(['archive', 'stream'] as const)(
  '%s is taken when it is asked for, and nobody else is',
  async (preference) => {
    const exec = new FakeExec()
    expect((await chooseWay(choice('podman', exec, { preference }))).way.name).toBe(preference)
    expect(exec.commands).toEqual([])
  },
)
