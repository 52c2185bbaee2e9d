import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { Project } from '../rig/project.ts'
import { deployment } from '../rig/small-system.ts'

const service = (name: string) => deployment.replaceAll('web', name)
const files = {
  'kindling.yaml': `apiVersion: kindling/v1alpha1
project: small
images: { web: { dockerfile: Dockerfile }, api: { dockerfile: Dockerfile } }
services: { web: { apply: web.yaml }, api: { apply: api.yaml } }
environments:
  web: { services: [web] }
  api: { services: [api] }
  all: { services: [web, api] }
`,
  Dockerfile: 'FROM scratch\n',
  'web.yaml': service('web'),
  'api.yaml': service('api'),
  'one.json': JSON.stringify({
    environments: [
      { name: 'web', durationMs: 20_000, isRecorded: true },
      { name: 'api', durationMs: 60_000, isRecorded: false },
    ],
  }),
  'two.json': JSON.stringify({ environments: [{ name: 'all', durationMs: 90_000, isRecorded: true }] }),
}
const recorded = ['--durations', 'one.json', '--durations', 'two.json']

test('environments are divided by what was recorded, with the images that each job needs', async () => {
  await using project = new Project(files)
  const { exitCode, stdout, stderr } = await project.kindling('matrix', '--shards', '2', ...recorded)
  expect({ exitCode, stderr }).toEqual({
    exitCode: 0,
    stderr: '2 shards, the longest 1m 50s; without a record, and assumed to take the median of 1m 30s: api\n',
  })
  expect(JSON.parse(stdout)).toEqual({
    environments: [
      { name: 'web', durationMs: 20_000, isRecorded: true, images: ['web'] },
      { name: 'api', durationMs: 90_000, isRecorded: false, images: ['api'] },
      { name: 'all', durationMs: 90_000, isRecorded: true, images: ['web', 'api'] },
    ],
    shards: [
      { shard: 1, environments: ['all', 'web'], images: ['web', 'api'], durationMs: 110_000 },
      { shard: 2, environments: ['api'], images: ['api'], durationMs: 90_000 },
    ],
  })
})

test('for GitHub it is a matrix on one line, for GitLab a job to extend', async () => {
  await using project = new Project(files)
  const github = await project.kindling('matrix', 'web', 'all', '--format', 'github', ...recorded)
  expect(github.stdout).toMatch(/^[^\n]+\n$/)
  expect(JSON.parse(github.stdout)).toEqual({
    include: [
      { shard: 1, environments: 'all', images: 'web api', seconds: 90 },
      { shard: 2, environments: 'web', images: 'web', seconds: 20 },
    ],
  })
  const gitlab = await project.kindling('matrix', 'web', '--format', 'gitlab')
  expect(parse(gitlab.stdout)).toEqual({
    '.kindling-shards': { parallel: { matrix: [{ SHARD: '1', ENVIRONMENTS: 'web', IMAGES: 'web' }] } },
  })
})

test.each([
  [['matrix', 'wbe'], /E_CONFIG_UNKNOWN_NAME[\s\S]*did you mean `web`/],
  [['matrix', '--durations', 'gone.json'], /E_MATRIX_DURATIONS[\s\S]*gone\.json/],
  [['matrix', '--durations', 'web.yaml'], /E_MATRIX_DURATIONS/],
  [['matrix', '--shards', '0'], /whole number, at least 1/],
])('%j is refused', async (args, message) => {
  await using project = new Project(files)
  const { exitCode, stdout, stderr } = await project.kindling(...args)
  expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' })
  expect(stderr).toMatch(message)
})
