import { createServer } from 'node:net'
import { expect, test } from 'vitest'
import { engineSnapshot } from '../rig/engine-snapshot.ts'
import { Project } from '../rig/project.ts'
import { baseImage, deployment, smallSystem } from '../rig/small-system.ts'

const twoImages = `apiVersion: kindling/v1alpha1
project: small
images:
  ${baseImage}
  web: { dockerfile: Dockerfile, args: { BASE: "\${images.node-base.ref}" } }
  broken: { dockerfile: broken.Dockerfile, args: { BASE: "\${images.node-base.ref}" } }
services:
  web: { apply: web.yaml, ports: { api: 8080 } }
  broken: { apply: broken.yaml }
  after: { apply: after.yaml, needs: [broken] }
environments:
  e2e: { services: [web, after] }
`

const named = (name: string, image: string) =>
  deployment.replaceAll('web', name).replace(`small/${name}`, `small/${image}`)

test('E2: a failing build shows its instruction and last output, and what does not need it is finished', async () => {
  await using project = new Project(
    smallSystem({
      'kindling.yaml': twoImages,
      // Otherwise a change of one Dockerfile would be a change of both contexts.
      '.dockerignore': '.kindling\nbase\n*.Dockerfile\n*.yaml\n',
      'broken.Dockerfile':
        'ARG BASE\nFROM ${BASE}\nRUN echo fine\nRUN echo "compiling 7 of 9" && \\\n    echo "no such header" >&2 && exit 3\n',
      'broken.yaml': named('broken', 'broken'),
      'after.yaml': named('after', 'web'),
    }),
  )
  const failed = await project.kindling('up')
  expect(failed).toMatchObject({ exitCode: 1, stdout: '' })
  const { stderr } = failed
  expect(stderr).toMatch(/build:broken\s+failed/)
  expect(stderr).toContain('RUN echo "compiling 7 of 9"')
  expect(stderr).toContain('broken.Dockerfile:4')
  expect(stderr).toContain('no such header')
  expect(stderr).toMatch(/build:web\s+succeeded/)
  expect(stderr).toMatch(/ready:web\s+succeeded/)
  for (const task of ['deploy:broken', 'deploy:after', 'ready:after']) {
    expect(stderr).toMatch(new RegExp(`${task}\\s+blocked`))
  }
  expect(stderr).toMatch(/what is up was kept.*kindling down e2e/)

  // What was built is kept: the next up builds the mended one alone.
  project.write('broken.Dockerfile', 'ARG BASE\nFROM ${BASE}\nCOPY server.js /\nCMD ["node", "/server.js"]\n')
  const mended = await project.kindling('up')
  expect(mended).toMatchObject({ exitCode: 0 })
  expect(mended.stderr).toMatch(/build:web\s+reused/)
  expect(mended.stderr).toMatch(/deploy:web\s+reused/)
  expect(mended.stderr).toMatch(/build:broken\s+succeeded/)
  expect(await project.kindling('down')).toMatchObject({ exitCode: 0 })
})

test('a failed up followed by down leaves nothing, layers of the failed build included', async () => {
  const before = engineSnapshot()
  await using project = new Project(
    smallSystem({ Dockerfile: 'ARG BASE\nFROM ${BASE}\nRUN echo kept > /layer\nRUN exit 1\n' }),
  )
  expect(await project.kindling('up')).toMatchObject({ exitCode: 1 })
  expect(await project.kindling('down')).toMatchObject({ exitCode: 0 })
  expect(engineSnapshot()).toEqual(before)
})

test.each([
  ['cannot be read', (config: string) => `${config}  oops: [`, /by what this machine knows/],
  ['has given it another name', (config: string) => config.replace('e2e:', 'ci:'), /no environment `e2e`/],
])('E1: down removes what was up from a configuration that now %s', async (_, change, message) => {
  const before = engineSnapshot()
  await using project = new Project(smallSystem())
  expect(await project.kindling('up')).toMatchObject({ exitCode: 0 })
  project.write('kindling.yaml', change(smallSystem()['kindling.yaml'] ?? ''))
  expect(await project.kindling('down', 'other')).toMatchObject({ exitCode: 2 })
  const { exitCode, stderr } = await project.kindling('down', 'e2e')
  expect({ exitCode, stderr }).toMatchObject({ exitCode: 0, stderr: expect.stringMatching(message) })
  expect(stderr).toMatch(/by what this machine knows, small-e2e-\w+ is taken down/)
  expect(engineSnapshot()).toEqual(before)
  expect(await project.kindling('down', 'e2e')).toMatchObject({ exitCode: 2 })
})

test('R6: a crashing container ends the wait at once, with its last words', async () => {
  await using project = new Project(
    smallSystem({ 'server.js': `console.error('DATABASE_URL is not set'); process.exit(78)\n` }),
  )
  const { exitCode, stderr } = await project.kindling('up')
  expect(exitCode).toBe(1)
  expect(stderr).toMatch(/web will not become ready: web\/web crashes: it was restarted \d+ times/)
  expect(stderr).toContain('DATABASE_URL is not set')
  expect(await project.kindling('down')).toMatchObject({ exitCode: 0 })
})

test('R6: a Job that fails ends the wait at once, with its exit code and output', async () => {
  const job = `apiVersion: batch/v1
kind: Job
metadata: { name: web }
spec:
  backoffLimit: 1
  template:
    spec:
      restartPolicy: Never
      containers:
        - { name: job, image: small/web, command: [sh, -c, "echo relation does not exist; exit 9"] }
`
  const config = (smallSystem()['kindling.yaml'] ?? '').replace(', ports: { api: 8080 }', '')
  await using project = new Project(smallSystem({ 'kindling.yaml': config, 'web.yaml': job }))
  const { exitCode, stderr } = await project.kindling('up')
  expect(exitCode).toBe(1)
  expect(stderr).toMatch(/exited with code 9/)
  expect(stderr).toContain('relation does not exist')
  expect(await project.kindling('down')).toMatchObject({ exitCode: 0 })
})

test('a service that never answers is given up at its time limit, with what was still missing', async () => {
  const config = (smallSystem()['kindling.yaml'] ?? '').replace('api: 8080 }', 'api: 8080 }, timeout: 3s')
  await using project = new Project(
    smallSystem({
      'kindling.yaml': config,
      'web.yaml': deployment.replace('httpGet: { port: 8080 }', 'httpGet: { port: 8081 }'),
    }),
  )
  const { exitCode, stderr } = await project.kindling('up')
  expect(exitCode).toBe(1)
  expect(stderr).toMatch(/ready:web did not finish within its limit of 3\.0s/)
  expect(stderr).toContain('still waiting for rollout')
  expect(await project.kindling('down')).toMatchObject({ exitCode: 0 })
})

test('P1: a fixed port that another program has is told before anything is made', async () => {
  const before = engineSnapshot()
  const server = createServer()
  const port = await new Promise<number>((resolve) =>
    server.listen(0, '127.0.0.1', () => resolve((server.address() as { port: number }).port)),
  )
  const config = (smallSystem()['kindling.yaml'] ?? '').replace(
    'api: 8080',
    `api: { port: 8080, host: ${port} }`,
  )
  await using project = new Project(smallSystem({ 'kindling.yaml': config }))
  const { exitCode, stderr, stdout } = await project.kindling('up')
  server.close()
  expect({ exitCode, stdout }).toEqual({ exitCode: 3, stdout: '' })
  expect(stderr).toContain('E_PORT_TAKEN')
  expect(stderr).toContain(`port ${port}`)
  expect(engineSnapshot()).toEqual(before)
  expect(project.everything().filter((file) => /repository\/\.kindling|environments\/./.test(file))).toEqual(
    [],
  )
})

test('a fixed port is the one that is served', async () => {
  const config = (smallSystem()['kindling.yaml'] ?? '').replace(
    'api: 8080',
    'api: { port: 8080, host: 19573 }',
  )
  await using project = new Project(smallSystem({ 'kindling.yaml': config }))
  expect(await project.kindling('up')).toMatchObject({ exitCode: 0 })
  const answer = await (await fetch('http://127.0.0.1:19573/x')).json()
  expect(answer).toEqual({ path: '/x', greeting: 'hello' })
  expect(await project.kindling('down')).toMatchObject({ exitCode: 0 })
})

test('R6: a crash is told at once also where only an address is waited for', async () => {
  const config = (smallSystem()['kindling.yaml'] ?? '').replace(
    'ports: { api: 8080 }',
    'ports: { api: 8080 }, ready: [{ http: { port: api, path: / } }]',
  )
  await using project = new Project(
    smallSystem({
      'kindling.yaml': config,
      'web.yaml': deployment.replace('          readinessProbe: { httpGet: { port: 8080 } }\n', ''),
      'server.js': `console.error('no licence'); process.exit(1)\n`,
    }),
  )
  const { exitCode, stderr } = await project.kindling('up')
  expect(exitCode).toBe(1)
  expect(stderr).toContain('web/web crashes')
  expect(stderr).toContain('no licence')
  expect(await project.kindling('down')).toMatchObject({ exitCode: 0 })
})
