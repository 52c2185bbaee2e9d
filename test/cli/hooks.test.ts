import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { Project } from '../rig/project.ts'

const good = 'FROM fedora:42\nRUN dnf -y install git && dnf clean all\n'
const bad = good.replace('install git', 'update')

/** A git repository with nothing in it. */
function repository(files: Readonly<Record<string, string>> = {}): Project {
  const project = new Project(files)
  git(project, 'init', '--quiet')
  return project
}

function git(project: Project, ...args: readonly string[]) {
  return gitIn(project.root, ...args)
}

function gitIn(cwd: string, ...args: readonly string[]) {
  const person = ['-c', 'user.name=a', '-c', 'user.email=a@example.com']
  const { status, stdout, stderr } = spawnSync('git', [...person, ...args], { cwd, encoding: 'utf8' })
  return { exitCode: status, output: stdout + stderr }
}

test('what is about to be committed is judged, and not what lies in the working tree', async () => {
  await using project = repository({ Dockerfile: bad })
  expect(await project.kindling('hooks', 'install')).toMatchObject({
    exitCode: 0,
    stderr: 'installed .git/hooks/pre-commit\n',
  })
  git(project, 'add', '.')
  project.write('Dockerfile', good)
  const refused = git(project, 'commit', '-m', 'a')
  expect(refused.exitCode).toBe(1)
  expect(refused.output).toContain('Dockerfile:2:5  error  package-upgrade')
  git(project, 'add', '.')
  project.write('Dockerfile', bad)
  expect(git(project, 'commit', '-m', 'a').exitCode).toBe(0)
})

test('a commit without Dockerfiles and configurations is none of its business', async () => {
  await using project = repository({ 'README.md': 'RUN dnf -y update\n', Dockerfile: bad })
  await project.kindling('hooks', 'install')
  git(project, 'add', 'README.md')
  const { exitCode, output } = git(project, 'commit', '-m', 'a')
  expect(exitCode).toBe(0)
  expect(output).not.toContain('kindling')
})

test('the kindling.yaml of the commit says how images are built, and what is waived', async () => {
  const config = `apiVersion: kindling/v1alpha1
project: small
images:
  web: { dockerfile: Dockerfile, args: { PM: dnf } }
`
  await using project = repository({
    Dockerfile: 'FROM fedora:42\nARG PM=true\nRUN $PM update; dnf clean all\n',
    'kindling.yaml': config,
  })
  git(project, 'add', '.')
  const found = await project.kindling('lint', '--staged')
  expect(found.exitCode).toBe(1)
  expect(found.stdout).toContain('Dockerfile:3:5  error  package-upgrade')
  project.write('kindling.yaml', `${config}lint: { disable: [{ rule: package-upgrade, reason: "none" }] }\n`)
  expect((await project.kindling('lint', '--staged')).exitCode).toBe(1)
  git(project, 'add', '.')
  expect((await project.kindling('lint', '--staged')).exitCode).toBe(0)
})

test('a kindling.yaml that is wrong, and a Kind configuration, are told in their places', async () => {
  await using project = repository({
    'kindling.yaml': 'apiVersion: kindling/v1alpha1\nproject: small\nimage: {}\n',
    'kind.yaml':
      'kind: Cluster\napiVersion: kind.x-k8s.io/v1alpha4\nnodes:\n- extraMounts:\n  - { hostPath: data, containerPath: /data }\n',
    'other.yaml': 'a: b\n',
  })
  git(project, 'add', '.')
  const { stdout, exitCode } = await project.kindling('lint', '--staged', '-o', 'json')
  expect(exitCode).toBe(1)
  expect(JSON.parse(stdout).findings).toMatchObject([
    { rule: 'relative-mount', file: 'kind.yaml', line: 5, column: 17 },
    { rule: 'E_CONFIG_UNKNOWN_KEY', file: 'kindling.yaml', line: 3 },
  ])
})

test('a hook that is there is called first, and is back after uninstalling', async () => {
  const own = '#!/bin/sh\necho own hook\ntest ! -e stop\n'
  await using project = repository({ Dockerfile: bad, '.git/hooks/pre-commit': own })
  const hook = join(project.root, '.git/hooks/pre-commit')
  chmodSync(hook, 0o755)
  await project.kindling('hooks', 'install')
  expect((await project.kindling('hooks', 'install')).stderr).toContain('renewed .git/hooks/pre-commit')
  git(project, 'add', '.')
  expect(git(project, 'commit', '-m', 'a').output).toMatch(/^own hook\n[\s\S]*package-upgrade/)
  project.write('stop', '')
  expect(git(project, 'commit', '-m', 'a').output).toBe('own hook\n')
  await project.kindling('hooks', 'uninstall')
  expect(readFileSync(hook, 'utf8')).toBe(own)
  expect(existsSync(`${hook}.before-kindling`)).toBe(false)
  expect((await project.kindling('hooks', 'uninstall')).stderr).toContain('no hook of Kindling in')
})

test('it works in worktrees, and with hooks in another directory', async () => {
  await using project = repository({ 'README.md': 'a\n' })
  git(project, 'add', '.')
  git(project, 'commit', '-m', 'a')
  git(project, 'config', 'core.hooksPath', 'tools/hooks')
  const tree = join(project.root, '../tree')
  git(project, 'worktree', 'add', tree)
  project.write('../tree/Dockerfile', bad)
  project.write('../tree/sub/x', '')
  const installed = await project.kindling('hooks', 'install')
  expect(installed.stderr).toBe('installed tools/hooks/pre-commit\n')
  gitIn(tree, 'config', 'core.hooksPath', join(project.root, 'tools/hooks'))
  gitIn(tree, 'add', '.')
  const { exitCode, output } = gitIn(join(tree, 'sub'), 'commit', '-m', 'b')
  expect(exitCode).toBe(1)
  expect(output).toContain('package-upgrade')
})

test.each([
  [['hooks', 'install'], 'is not in a git repository'],
  [['lint', '--staged'], 'is not in a git repository'],
  [['lint', '--staged', 'Dockerfile'], 'paths were given as well'],
  [['hooks', 'remove'], 'Allowed choices are install, uninstall'],
])('%j is refused where it makes no sense', async (args, message) => {
  await using project = new Project({ Dockerfile: good })
  const { exitCode, stderr } = await project.kindling(...args)
  expect(exitCode).toBe(2)
  expect(stderr).toContain(message)
})

test('hooks that husky writes are left to it, with what to do', async () => {
  await using project = repository({ '.husky/_/pre-commit': '#!/bin/sh\n' })
  git(project, 'config', 'core.hooksPath', '.husky/_')
  const { exitCode, stderr } = await project.kindling('hooks', 'install')
  expect(exitCode).toBe(2)
  expect(stderr).toContain('add a line `kindling lint --staged` to')
})
