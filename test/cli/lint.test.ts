import { expect, test } from 'vitest'
import { projectId } from '../../src/operations/environment-id.ts'
import { History } from '../../src/state/history.ts'
import { Project } from '../rig/project.ts'
import { deployment } from '../rig/small-system.ts'

const files = {
  'kindling.yaml': `apiVersion: kindling/v1alpha1
project: small
images:
  web: { dockerfile: Dockerfile }
services:
  web: { apply: web.yaml, ports: { api: 8080 } }
environments:
  e2e: { services: [web] }
`,
  Dockerfile: `FROM fedora:42
RUN dnf -y update && \\
    dnf -y install git
`,
  'web.yaml': deployment,
}

test('L1: a finding says where, what, why, what it costs on this machine, and what to do', async () => {
  await using project = new Project(files)
  await new History(project.stateDirectory).add(projectId({ root: project.root, project: 'small' }), {
    durationsMs: new Map([['build:web', 60_000]]),
    instructions: new Map([
      ['build:web', [{ instruction: 'RUN dnf -y update &&     dnf -y install git', ms: 41_000 }]],
    ]),
  })
  const { stdout, stderr, exitCode } = await project.kindling('lint')
  expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 1 })
  expect(stdout).toMatchInlineSnapshot(`
    "Dockerfile:2:5  error  package-upgrade
      \`dnf update\` upgrades every package of the base image
        2 | RUN dnf -y update && \\
          |     ~~~~~~~~~~~~~
      why:  it is slow, makes a different image every day, and hides which base the image really has
      cost: 41.0s when \`web\` was last built on this machine, on the critical path of \`e2e\`: up 41.0s sooner without it
      hint: start from a newer base image and pin it by tag or digest; for single packages, \`dnf upgrade PACKAGE\`

    Dockerfile:3:5  warning  package-lists
      \`dnf\` leaves the package lists in /var/cache in the layer
        3 |     dnf -y install git
          |     ~~~~~~~~~~~~~~
      why:  the layer has tens of megabytes that nobody reads, and they are loaded into every cluster
      hint: end the same \`RUN\` with \`&& dnf clean all\`

    1 error, 1 warning in 3 files; \`--fix\` can fix 1 of them
    "
  `)
})

test('--fix puts right what is safe, and a second time there is nothing left to do', async () => {
  await using project = new Project(files)
  const first = await project.kindling('lint', '--fix')
  expect(first.exitCode).toBe(1)
  expect(first.stdout).toContain('1 error, 0 warnings in 3 files; 1 fixed\n')
  const again = await project.kindling('lint', '--fix')
  expect(again.stdout).toContain('1 error, 0 warnings in 3 files\n')
})

test('warnings are no failure', async () => {
  await using project = new Project({ ...files, Dockerfile: 'FROM node\n' })
  const { stdout, exitCode } = await project.kindling('lint')
  expect(exitCode).toBe(0)
  expect(stdout).toContain('0 errors, 1 warning in 3 files\n')
})

test('Dockerfiles can be looked at without any kindling.yaml', async () => {
  await using project = new Project({
    'docker/web.Dockerfile': 'FROM node\n',
    'docker/other.txt': 'FROM node\n',
  })
  const { stdout, exitCode } = await project.kindling('lint', 'docker', '--output', 'json')
  expect(exitCode).toBe(0)
  expect(JSON.parse(stdout)).toEqual({
    files: 1,
    errors: 0,
    warnings: 1,
    fixed: 0,
    findings: [
      {
        rule: 'unpinned-base',
        severity: 'warning',
        file: 'docker/web.Dockerfile',
        line: 1,
        column: 6,
        endLine: 1,
        endColumn: 10,
        message: 'the base image `node` has no tag, which means `latest`',
        why: expect.any(String),
        hint: 'name a version, or a digest: `@sha256:…`',
        isFixable: false,
      },
    ],
  })
})

test('SARIF names the rules, and places relative to the directory', async () => {
  await using project = new Project({
    'a b/Dockerfile': 'FROM fedora:42\nRUN dnf -y update; dnf clean all\n',
  })
  const { stdout } = await project.kindling('lint', '.', '-o', 'sarif')
  const { version, runs } = JSON.parse(stdout)
  const [{ results, tool }] = runs
  expect(version).toBe('2.1.0')
  expect(results).toHaveLength(1)
  expect(results[0]).toMatchObject({
    ruleId: 'package-upgrade',
    level: 'error',
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: 'a%20b/Dockerfile', uriBaseId: 'ROOT' },
          region: { startLine: 2, startColumn: 5, endLine: 2, endColumn: 18 },
        },
      },
    ],
  })
  expect(tool.driver.rules[results[0].ruleIndex].id).toBe('package-upgrade')
})

test('annotations of GitHub have their place and are escaped', async () => {
  await using project = new Project({
    'a,b/Dockerfile': 'FROM fedora:42\nRUN dnf -y update; dnf clean all\n',
  })
  const { stdout } = await project.kindling('lint', '.', '-o', 'github')
  expect(stdout).toMatch(
    /^::error file=a%2Cb\/Dockerfile,line=2,endLine=2,col=5,endColumn=18,title=kindling lint%3A package-upgrade::`dnf update` upgrades every package of the base image%0Awhy: .*\n$/,
  )
})

test.each([
  [['lint'], 'no kindling.yaml'],
  [['lint', 'nowhere'], 'there is no file or directory `nowhere`'],
  [['lint', '--output', 'xml', '.'], 'Allowed choices are text, json, sarif, github'],
])('bad usage is told before anything is looked at: %j', async (args, message) => {
  await using project = new Project({ Dockerfile: 'FROM node\n' })
  const { stdout, stderr, exitCode } = await project.kindling(...args)
  expect({ stdout, exitCode }).toEqual({ stdout: '', exitCode: 2 })
  expect(stderr).toContain(message)
})

test('a kindling.yaml that is wrong is told as everywhere', async () => {
  await using project = new Project({ ...files, 'kindling.yaml': 'project: [\n' })
  expect(await project.kindling('lint')).toMatchObject({ stdout: '', exitCode: 2 })
})
