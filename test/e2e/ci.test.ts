import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { Project } from '../rig/project.ts'
import { smallSystem } from '../rig/small-system.ts'

/** The small system below a directory of its repository, with tests. */
function systemWith(script: string): Record<string, string> {
  const files = smallSystem({ 'suite.mjs': script, '.dockerignore': '.kindling\nbase\n*.mjs\nreports\n' })
  const config = (files['kindling.yaml'] ?? '').replace(
    'e2e: { services: [web] }',
    'e2e: { services: [web], test: { run: node suite.mjs } }',
  )
  return { ...files, 'kindling.yaml': config }
}

function inGithub(project: Project): { readonly summary: string; readonly junit: string } {
  const [summary, junit] = [join(project.root, 'reports/summary.md'), join(project.root, 'reports/junit.xml')]
  project.write('reports/summary.md', 'of a step before\n')
  project.env = {
    ...{ GITHUB_ACTIONS: 'true', GITHUB_WORKSPACE: join(project.root, '..'), GITHUB_STEP_SUMMARY: summary },
    KINDLING_JUNIT: junit,
  }
  return { summary, junit }
}

const suites = (text: string) =>
  [
    ...text.matchAll(
      /<testsuite name="([^"]+)" tests="(\d+)" failures="(\d+)" errors="(\d+)" skipped="(\d+)"/g,
    ),
  ].map(([, ...found]) => found.join(' '))

test('a failing build in GitHub Actions: a group, an error at its line, a summary, and JUnit', async () => {
  await using project = new Project({
    ...systemWith(''),
    Dockerfile: 'ARG BASE\nFROM ${BASE}\nRUN echo "::error::not ours" && exit 9\n',
  })
  const { summary, junit } = inGithub(project)
  const { exitCode, stderr, stdout } = await project.kindling('test', '--output', 'json')
  expect(exitCode).toBe(1)
  expect(stderr).toMatch(/^::group::.*build:web +failed/m)
  expect(stderr).toMatch(/^::error file=repository\/Dockerfile,line=3,title=build%3Aweb failed::/m)
  expect(stderr).not.toMatch(/^::error::not ours/m)
  expect(JSON.parse(stdout).failures[0]).toMatchObject({ task: 'build:web', where: 'Dockerfile:3:1' })
  const text = readFileSync(summary, 'utf8')
  expect(text).toMatch(/^of a step before\n### ❌ kindling test e2e: the environment failed in /)
  expect(text).toContain('not ours')
  expect(suites(readFileSync(junit, 'utf8'))).toEqual(['e2e: environment 5 1 0 2', 'e2e: tests 1 0 0 1'])
})

test('failing tests in GitHub Actions are no failure of the environment', async () => {
  await using project = new Project(systemWith('console.error("::error::of the tests"); process.exit(1)'))
  const { summary, junit } = inGithub(project)
  const { exitCode, stderr } = await project.kindling('test')
  expect(exitCode).toBe(5)
  // What tests tell GitHub is theirs to tell.
  expect(stderr).toMatch(/^::error::of the tests$/m)
  expect(stderr).toMatch(/^::error file=repository\/kindling\.yaml,line=\d+,title=test%3Ae2e failed::/m)
  expect(readFileSync(summary, 'utf8')).toContain('kindling test e2e: the tests failed in')
  expect(suites(readFileSync(junit, 'utf8'))).toEqual(['e2e: environment 5 0 0 0', 'e2e: tests 1 1 0 0'])
})
