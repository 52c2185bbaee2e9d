import { chmodSync, existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { engineSnapshot } from '../rig/engine-snapshot.ts'
import { Project } from '../rig/project.ts'

test('doctor tries podman for real, says what it found, and leaves nothing behind', async () => {
  const before = engineSnapshot()
  await using project = new Project({})
  const { exitCode, stdout } = await project.kindling('doctor')
  expect(exitCode).toBe(0)
  expect(stdout).toMatch(/^ok +podman: \d+\.\d+\.\d+; an image was built and a container ran$/m)
  expect(engineSnapshot()).toEqual(before)
})

test('doctor looks at what only some environments need, and is content without it', async () => {
  await using project = new Project({ 'bin/kind': '#!/bin/sh\necho kind v0.19.0\n' })
  chmodSync(join(project.root, 'bin/kind'), 0o755)
  project.env = { PATH: `${join(project.root, 'bin')}:${process.env.PATH}` }
  const { exitCode, stdout } = await project.kindling('doctor')
  expect(exitCode).toBe(0)
  expect(stdout).toMatch(/^warning kind: kind 0\.19\.0 is too old\n +cure: install kind 0\.20\.0 or newer/m)
})

test('where the configuration of podman cannot start a container, a private one is used and told of', async () => {
  await using project = new Project({ 'containers.conf': '[engine]\nruntime = "no-such-runtime"\n' })
  const conf = join(project.root, 'containers.conf')
  project.env = { CONTAINERS_CONF: conf }
  const { exitCode, stdout } = await project.kindling('doctor')
  expect({ exitCode, stdout }).toMatchObject({ exitCode: 0 })
  expect(stdout).toMatch(
    /^warning podman settings: podman cannot start a container here with its own settings/m,
  )
  expect(existsSync(join(project.stateDirectory, 'podman', 'containers.conf'))).toBe(true)
})

test('processes that try podman at the same moment do not disturb each other', async () => {
  const before = engineSnapshot()
  await using project = new Project({})
  const all = await Promise.all(Array.from({ length: 6 }, () => project.kindling('doctor')))
  for (const { exitCode, stdout } of all) expect({ exitCode, stdout }).toMatchObject({ exitCode: 0 })
  expect(engineSnapshot()).toEqual(before)
})
