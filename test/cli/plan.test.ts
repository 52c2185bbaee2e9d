import { expect, test } from 'vitest'
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
  Dockerfile: 'FROM scratch\n',
  'web.yaml': deployment,
}

test('plan says what up would do and how long it would take, and that it only estimates', async () => {
  await using project = new Project(files)
  const before = project.everything()
  const { stdout, exitCode } = await project.kindling('plan')
  expect(exitCode).toBe(0)
  expect(stdout.replace(/\(builds.*\)/, '(…)')).toMatchInlineSnapshot(`
    "small/e2e, strategy pipelined: 4 tasks (…)
    predicted: ~34.5s from scratch; whatever is reused takes less
    no history yet: all of it is estimated (~)

    build
      task       start    end   takes  after
      build:web   0.0s  30.0s  ~30.0s  at once

    cluster
      task            start   end  takes  after
      cluster:podman   0.0s  0.3s  ~0.3s  at once

    deploy
      task        start    end  takes  after
      deploy:web  30.0s  30.5s  ~0.5s  cluster:podman, build:web
      ready:web   30.5s  34.5s  ~4.0s  deploy:web

    Critical path: ~34.5s
      build:web → deploy:web → ready:web
    lower bound: ~34.5s; no order of the same work is faster here

    Strategies
      strategy   predicted  cluster idle  lower bound
      serial        ~34.8s             -       ~34.8s
      standard      ~34.8s             -       ~34.8s
      hybrid        ~34.8s             -       ~34.8s
      pipelined     ~34.5s             -       ~34.5s
    "
  `)
  expect(project.everything()).toEqual(before)
})

test('as JSON the plan comes with its prediction, and every strategy with its own', async () => {
  await using project = new Project(files)
  const { stdout } = await project.kindling('plan', '--output', 'json')
  expect(JSON.parse(stdout)).toMatchObject({
    strategy: 'pipelined',
    tasks: expect.arrayContaining([expect.objectContaining({ id: 'build:web', isEstimate: true })]),
    prediction: { totalMs: 34_500, isEstimate: true, lowerBoundMs: 34_500 },
    strategies: ['serial', 'standard', 'hybrid', 'pipelined'].map((strategy) => ({ strategy })),
    savings: [],
  })
})

test('as a graph it is Mermaid', async () => {
  await using project = new Project(files)
  const { stdout } = await project.kindling('plan', '--graph')
  expect(stdout).toMatch(/^flowchart LR\n {2}subgraph p0\["build"\]\n {4}t0\["build:web<br\/>~30\.0s"\]\n/)
})

test('more services can be simulated, on a machine of any size', async () => {
  await using project = new Project(files)
  const { stdout } = await project.kindling(
    'plan',
    '--output',
    'json',
    '--simulate',
    'cpus=8,services=16,memory=64GiB',
  )
  const { prediction, capacity } = JSON.parse(stdout)
  expect(capacity).toEqual({ builds: 8, loads: 4, memory: 49_152 })
  expect(prediction.totalMs).toBe(64_500)
})

test.each([
  ['cpus=none', '`cpus=none` must be a whole number from 1 to 1024'],
  ['memory=64', '`memory=64` must be a size of at least 256MiB'],
])('what cannot be simulated is refused: %s', async (what, message) => {
  await using project = new Project(files)
  const ended = await project.kindling('plan', '--simulate', what)
  expect(ended).toMatchObject({ exitCode: 2, stdout: '' })
  expect(ended.stderr).toContain(message)
})

test('fewer services than there are cannot be simulated', async () => {
  const two = files['kindling.yaml']
    .replace('services:\n', 'services:\n  api: { apply: web.yaml }\n')
    .replace('services: [web]', 'services: [web, api]')
  await using project = new Project({ ...files, 'kindling.yaml': two, 'web.yaml': deployment })
  const ended = await project.kindling('plan', '--simulate', 'services=1')
  expect(ended).toMatchObject({ exitCode: 2, stdout: '' })
})
