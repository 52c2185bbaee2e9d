import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { Project } from '../rig/project.ts'
import { composeRepository, scriptsRepository, skaffoldRepository } from '../rig/repositories.ts'
import { deployment } from '../rig/small-system.ts'

const writtenIn = (project: Project) => readFileSync(join(project.root, 'kindling.yaml'), 'utf8')

/** Written, and planned by the same command that anybody would use next. */
async function initAndPlan(project: Project) {
  const initialised = await project.kindling('init')
  const planned = await project.kindling('plan', '--output', 'json')
  expect({ init: initialised.exitCode, plan: planned.exitCode }, initialised.stderr + planned.stderr).toEqual(
    {
      init: 0,
      plan: 0,
    },
  )
  const { tasks } = JSON.parse(planned.stdout) as { readonly tasks: readonly { readonly id: string }[] }
  return { ...initialised, tasks: tasks.map(({ id }) => id) }
}

describe('what init writes plans without errors', () => {
  test('for a repository with skaffold', async () => {
    await using project = new Project(skaffoldRepository())
    const { stderr, tasks } = await initAndPlan(project)
    expect(tasks).toEqual(
      expect.arrayContaining([
        'build:base',
        'build:gateway',
        'build:stock',
        'deploy:stock',
        'deploy:gateway',
      ]),
    )
    expect(stderr).toMatch(
      /looked at 10 files, read \d+ of them\nwrote kindling.yaml\n.*\nit plans: 8 tasks; next: kindling up\n$/,
    )
  })

  test('for a repository with a compose file, whose services get manifests', async () => {
    await using project = new Project(composeRepository())
    const { stderr, tasks } = await initAndPlan(project)
    expect(tasks).toEqual(expect.arrayContaining(['build:front', 'deploy:back', 'ready:prepare']))
    expect(stderr).toContain(
      'wrote kindling.yaml, deploy/front.yaml, deploy/back.yaml, deploy/prepare.yaml\n',
    )
    const everything = [
      writtenIn(project),
      readFileSync(join(project.root, 'deploy/back.yaml'), 'utf8'),
    ].join()
    expect(everything).not.toContain('never-to-be-seen')
  })

  test('for a repository with bare manifests and scripts, in its own Kind cluster', async () => {
    await using project = new Project(scriptsRepository())
    const { tasks } = await initAndPlan(project)
    expect(tasks).toEqual(
      expect.arrayContaining([
        'build:web',
        'build:worker',
        'pull:postgres',
        'cluster:kind',
        'deploy:migrate',
      ]),
    )
    expect(tasks.join()).not.toContain('foreign')
  })
})

test('what there is already is never overwritten', async () => {
  await using project = new Project({ ...skaffoldRepository(), 'kindling.yaml': 'mine\n' })
  const before = project.everything()
  const { exitCode, stderr } = await project.kindling('init')
  expect({ exitCode, written: writtenIn(project) }).toEqual({ exitCode: 2, written: 'mine\n' })
  expect(stderr).toMatch(/E_INIT_EXISTS[\s\S]*hint: .*--check/)
  expect(project.everything()).toEqual(before)
})

test('a manifest that git does not know is not overwritten either, and nothing else is written', async () => {
  await using project = new Project({
    ...composeRepository(),
    '.gitignore': 'deploy\nsecret.env\n',
    'deploy/back.yaml': 'mine\n',
  })
  execFileSync('git', ['init', '--quiet'], { cwd: project.root })
  const before = project.everything()
  const { exitCode, stderr } = await project.kindling('init')
  expect(exitCode).toBe(2)
  expect(stderr).toMatch(/E_INIT_EXISTS[\s\S]*deploy\/back\.yaml/)
  expect(project.everything()).toEqual(before)
  expect(readFileSync(join(project.root, 'deploy/back.yaml'), 'utf8')).toBe('mine\n')
})

test('--check prints all of it and leaves nothing behind', async () => {
  await using project = new Project(composeRepository())
  const before = project.everything()
  const { exitCode, stdout } = await project.kindling('init', '--check')
  expect(exitCode).toBe(0)
  expect(stdout).toMatch(/^# Written by[\s\S]*\nenvironments:[\s\S]*\n# deploy\/back.yaml\n/)
  expect(project.everything()).toEqual(before)
})

test('I1: an image that nobody provides is told with its place, and the exit code is 2', async () => {
  await using project = new Project({
    'web.yaml': deployment.replace('small/web', '"${REGISTRY}/web:${TAG}"'),
  })
  const check = await project.kindling('init', '--check')
  expect(check.exitCode).toBe(2)
  expect(check.stderr).toMatch(/web\.yaml:\d+:\d+ {2}error {2}E_MANIFEST_IMAGE/)
  expect(existsSync(join(project.root, 'kindling.yaml'))).toBe(false)
  const { exitCode, stderr } = await project.kindling('init')
  expect({ exitCode, isThere: existsSync(join(project.root, 'kindling.yaml')) }).toEqual({
    exitCode: 2,
    isThere: true,
  })
  expect(stderr).toContain('it does not plan yet')
})

test('a repository that podman cannot serve is for Kind', async () => {
  await using project = new Project({
    'web.yaml': `${deployment}---\napiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata: { name: web }\nrules: []\n`,
  })
  const { stderr } = await initAndPlan(project)
  expect(stderr).toContain('it plans')
  expect(writtenIn(project)).toContain('cluster: { provider: kind }')
})

test('where there is nothing to deploy, nothing is written', async () => {
  await using project = new Project({ 'README.md': 'x\n' })
  const before = project.everything()
  const { exitCode, stderr } = await project.kindling('init')
  expect({ exitCode, everything: project.everything() }).toEqual({ exitCode: 2, everything: before })
  expect(stderr).toContain('E_INIT_NOTHING')
})

test('what git ignores is not looked at', async () => {
  await using project = new Project({
    ...skaffoldRepository(),
    '.gitignore': 'generated\n',
    'generated/web.yaml': deployment,
  })
  execFileSync('git', ['init', '--quiet'], { cwd: project.root })
  const { stdout, stderr } = await project.kindling('init', '--check')
  expect(stdout).not.toContain('generated')
  expect(stderr).toContain('looked at 11 files')
})
