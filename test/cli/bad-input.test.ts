import { mkdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { Project } from '../rig/project.ts'

const deployment = (image: string) => `apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec: { containers: [{ name: web, image: ${image} }] }
`

const config = `apiVersion: kindling/v1alpha1
project: shop
images:
  web: { dockerfile: Dockerfile }
services:
  web: { apply: web.yaml }
environments:
  e2e: { services: [web] }
`

const valid = { 'kindling.yaml': config, Dockerfile: 'FROM scratch\n', 'web.yaml': deployment('shop/web') }

/** `up` on a project with one thing changed: it must say what is wrong, and leave everything as it was. */
async function refusalOf(files: Record<string, string>, exitCode: number): Promise<string> {
  await using project = new Project(files)
  const before = project.everything()
  const ended = await project.kindling('up')
  expect(ended).toMatchObject({ exitCode, stdout: '' })
  expect(project.everything()).toEqual(before)
  return ended.stderr
}

test('no configuration file', async () => {
  const message = await refusalOf({ Dockerfile: 'FROM scratch\n' }, 2)
  expect(message).toContain('E_CONFIG_NOT_FOUND')
  expect(message).toMatch(/no kindling.yaml in .*\/repository or in any directory above it/)
  expect(message).toContain('hint:')
})

test('a YAML syntax error', async () => {
  const message = await refusalOf({ ...valid, 'kindling.yaml': config.replace('[web] }', '[web }') }, 2)
  expect(message).toMatch(/kindling\.yaml:8:\d+ {2}error {2}E_CONFIG_SYNTAX/)
})

test('an unknown key, with what was meant', async () => {
  const message = await refusalOf({ ...valid, 'kindling.yaml': config.replace('apply:', 'aply:') }, 2)
  expect(message).toMatch(/kindling\.yaml:6:10 {2}error {2}E_CONFIG_UNKNOWN_KEY/)
  expect(message).toContain('did you mean `apply`?')
})

test('an unknown service in needs, with what was meant', async () => {
  const text = config.replace('web.yaml }', 'web.yaml, needs: [wep] }')
  const message = await refusalOf({ ...valid, 'kindling.yaml': text }, 2)
  expect(message).toContain('E_CONFIG_UNKNOWN_NAME')
  expect(message).toContain('did you mean `web`?')
})

test('a cycle, each of its edges with its place', async () => {
  const text = config.replace(
    'web: { apply: web.yaml }',
    'web: { apply: web.yaml, needs: [db] }\n  db: { apply: web.yaml, needs: [web] }',
  )
  const message = await refusalOf({ ...valid, 'kindling.yaml': text }, 2)
  expect(message).toContain('E_CONFIG_CYCLE')
  expect(message).toContain('kindling.yaml:6')
  expect(message).toContain('kindling.yaml:7')
})

test('a missing Dockerfile', async () => {
  const text = config.replace('Dockerfile }', 'docker/web.Dockerfile }')
  const message = await refusalOf({ ...valid, 'kindling.yaml': text }, 2)
  expect(message).toContain('E_CONFIG_FILE_MISSING')
  expect(message).toContain('docker/web.Dockerfile')
})

test('a manifest that is no YAML', async () => {
  const message = await refusalOf({ ...valid, 'web.yaml': 'kind: [unclosed\n' }, 2)
  expect(message).toMatch(/web\.yaml:\d+:\d+ {2}error {2}E_MANIFEST_SYNTAX/)
})

test('I1: a manifest image that nobody provides, told before anything is built', async () => {
  const message = await refusalOf({ ...valid, 'web.yaml': deployment('shop/wep') }, 2)
  expect(message).toMatch(/web\.yaml:8:\d+ {2}error {2}E_MANIFEST_IMAGE/)
  expect(message).toContain('did you mean `shop/web`?')
})

test('a kind of object that pods on podman cannot serve, with the way out', async () => {
  const role = `---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: { name: reader }
rules: []
`
  const message = await refusalOf({ ...valid, 'web.yaml': deployment('shop/web') + role }, 2)
  expect(message).toMatch(/web\.yaml:11:7 {2}error {2}E_MANIFEST_UNSUPPORTED/)
  expect(message).toContain('Role reader')
  expect(message).toContain('Kind cluster')
})

test('several problems at once', async () => {
  const text = config.replace('apply:', 'aply:').replace('dockerfile:', 'dokerfile:')
  const message = await refusalOf({ ...valid, 'kindling.yaml': text }, 2)
  expect(message).toContain('kindling.yaml:4')
  expect(message).toContain('kindling.yaml:6')
})

test('an unknown environment, with what there is', async () => {
  await using project = new Project(valid)
  const { exitCode, stderr } = await project.kindling('up', 'e2f')
  expect(exitCode).toBe(2)
  expect(stderr).toContain('did you mean `e2e`?')
})

test('an unknown option and an unknown command', async () => {
  await using project = new Project(valid)
  for (const args of [['up', '--stratgy', 'hybrid'], ['upp'], ['up', '--strategy', 'fast']]) {
    const { exitCode, stderr, stdout } = await project.kindling(...args)
    expect({ args, exitCode, stdout }).toEqual({ args, exitCode: 2, stdout: '' })
    expect(stderr).toMatch(/Did you mean|Allowed choices/)
  }
})

test('E5: whether coverage is measured is not guessed, nor asked of images that do not say how', async () => {
  await using project = new Project(valid)
  const before = project.everything()
  project.env = { E2E_COVERAGE: 'yes' }
  for (const command of ['build', 'up', 'test']) {
    const { exitCode, stderr, stdout } = await project.kindling(command)
    expect({ command, exitCode, stdout }).toEqual({ command, exitCode: 2, stdout: '' })
    expect(stderr).toContain('E2E_COVERAGE is `yes`')
  }
  project.env = { E2E_COVERAGE: 'false' }
  const { exitCode, stderr } = await project.kindling('up', '--coverage')
  expect(exitCode).toBe(2)
  expect(stderr).toMatch(/kindling\.yaml:4:\d+ {2}error {2}E_CONFIG_ENVIRONMENT/)
  expect(stderr).toContain('coverage: { language: node')
  expect(project.everything()).toEqual(before)
})

test('podman missing', async () => {
  await using project = new Project(valid)
  const path = join(project.root, '..', 'bin')
  mkdirSync(path)
  symlinkSync(process.execPath, join(path, 'node'))
  project.env = { PATH: path }
  const { exitCode, stderr, stdout } = await project.kindling('up')
  expect({ exitCode, stdout }).toEqual({ exitCode: 3, stdout: '' })
  expect(stderr).toContain('E_ENGINE_NOT_FOUND')
  expect(stderr).toContain('apt-get install podman')
  expect(project.everything().filter((file) => /environments|\.kindling/.test(file))).toEqual([
    'state/environments',
  ])
})

test('I7: an archive directory that is not there, told before anything is made', async () => {
  await using project = new Project(valid)
  const before = project.everything()
  for (const command of ['build', 'up']) {
    const { exitCode, stderr, stdout } = await project.kindling(command, '--archive', 'nowhere')
    expect({ command, exitCode, stdout }).toEqual({ command, exitCode: 2, stdout: '' })
    expect(stderr).toContain('E_ARCHIVE_INVALID')
  }
  expect(project.everything()).toEqual(before)
})

test('manifests that cannot be made are one problem, whatever they would have in them', async () => {
  const web = '{ command: [sh, -c, "echo no; exit 1"], ready: [endpoints, { job: migrate }] }'
  const message = await refusalOf(
    { ...valid, 'kindling.yaml': config.replace('{ apply: web.yaml }', web) },
    2,
  )
  expect(message).toContain('E_MANIFEST_RENDER')
  expect(message.match(/ error /g)).toHaveLength(1)
})
