import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { Project } from '../rig/project.ts'

const files = {
  'kindling.yaml': `apiVersion: kindling/v1alpha1
project: shop
images:
  web: { dockerfile: Dockerfile }
services:
  web: { aply: web.yaml }
environments:
  e2e: { services: [web] }
`,
  Dockerfile: 'FROM scratch\n',
}

test('with --output json a refusal is one object as well, with the place of each problem', async () => {
  await using project = new Project(files)
  const { exitCode, stdout, stderr } = await project.kindling('up', '--output', 'json')
  expect(exitCode).toBe(2)
  expect(stderr).toContain('E_CONFIG_UNKNOWN_KEY')
  const result = JSON.parse(stdout)
  expect(result).toMatchObject({ outcome: 'refused', exitCode: 2 })
  expect(result.problems).toContainEqual({
    code: 'E_CONFIG_UNKNOWN_KEY',
    severity: 'error',
    message: expect.stringContaining('aply'),
    place: { file: join(project.root, 'kindling.yaml'), line: 6, column: 10 },
    hint: 'did you mean `apply`?',
  })
})

test('in GitHub Actions a problem is shown at its place in the repository', async () => {
  await using project = new Project(files)
  project.env = { GITHUB_ACTIONS: 'true', GITHUB_WORKSPACE: join(project.root, '..') }
  const { stderr, stdout } = await project.kindling('plan')
  expect(stderr).toMatch(
    /^::error file=repository\/kindling\.yaml,line=6,col=10,title=E_CONFIG_UNKNOWN_KEY::.*aply/m,
  )
  expect(stdout).toBe('')
})

test('a command that has no run still writes its JUnit report, in place of an earlier one', async () => {
  await using project = new Project({ ...files, 'reports/junit.xml': 'of an earlier run' })
  const file = join(project.root, 'reports/junit.xml')
  expect(await project.kindling('up', '--junit', 'reports/junit.xml')).toMatchObject({ exitCode: 2 })
  expect(readFileSync(file, 'utf8')).toContain('<error message="')
  project.env = { KINDLING_JUNIT: 'other/junit.xml' }
  expect(await project.kindling('test')).toMatchObject({ exitCode: 2 })
  expect(readFileSync(join(project.root, 'other/junit.xml'), 'utf8')).toContain('type="E_CONFIG_UNKNOWN_KEY"')
})

test('a JUnit report that could not be written is refused before anything happens', async () => {
  await using project = new Project(files)
  const { exitCode, stderr } = await project.kindling('up', '--junit', '.')
  expect(exitCode).toBe(2)
  expect(stderr).toContain('It is a directory')
  expect(existsSync(join(project.root, '.kindling'))).toBe(false)
})
