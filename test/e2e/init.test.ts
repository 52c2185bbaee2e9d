import { execFileSync, spawnSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { rootfsOf } from '../../src/tasks/rootfs.ts'
import { Project } from '../rig/project.ts'
import { composeRepository } from '../rig/repositories.ts'
import { smallSystem } from '../rig/small-system.ts'

/** The base of the example's images, as this machine has it: a Dockerfile that names it is built without a registry. */
async function baseHere(): Promise<string> {
  await using project = new Project(smallSystem())
  expect(await project.kindling('build')).toMatchObject({ exitCode: 0 })
  const { reference } = rootfsOf('node-base', ['sh', 'base/rootfs.sh', 'nodejs'], project.root)
  const isMade = spawnSync('podman', ['image', 'exists', reference]).status === 0
  return isMade ? reference : 'docker.io/library/node:20-bookworm-slim'
}

interface HandOver {
  readonly variables: Readonly<Record<string, string>>
}

test('a repository with nothing but a compose file comes up on podman as init describes it', async () => {
  await using project = new Project(composeRepository(await baseHere()))
  execFileSync('git', ['init', '--quiet'], { cwd: project.root })
  expect(await project.kindling('init')).toMatchObject({ exitCode: 0 })
  const up = await project.kindling('up', '--output', 'json')
  expect(up, up.stderr).toMatchObject({ exitCode: 0 })
  // In its order: the Job has ended before its service starts, and that one is ready before the next.
  expect(up.stderr).toMatch(
    /ready:prepare\s+succeeded[\s\S]*deploy:back\s+started[\s\S]*ready:back\s+succeeded[\s\S]*deploy:front\s+started/,
  )
  const { variables } = JSON.parse(up.stdout) as HandOver
  const answer = await fetch(`${variables.KINDLING_FRONT_HTTP_URL}/`, { headers: { connection: 'close' } })
  expect(await answer.json()).toEqual({
    name: 'front',
    settings: ['hello'],
    backend: { name: 'back', settings: [] },
  })

  // What was measured is what the repository is told by from now on.
  const { stdout } = await project.kindling('status', '--adoption', '-o', 'json')
  const { services } = JSON.parse(stdout) as { readonly services: readonly { readonly setUpMs?: number }[] }
  expect(services.map(({ setUpMs }) => setUpMs !== undefined)).toEqual([true, true, true])
  const matrix = await project.kindling('matrix')
  expect(JSON.parse(matrix.stdout)).toMatchObject({ environments: [{ name: 'e2e', isRecorded: true }] })
  expect(await project.kindling('down')).toMatchObject({ exitCode: 0 })
})
