import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { cpSync, mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import istanbul, { type CoverageMapData } from 'istanbul-lib-coverage'
import { expect, test, vi } from 'vitest'
import type { CoverageResult } from '../../src/coverage/result.ts'
import { type Ended, Project } from '../rig/project.ts'
import { smallSystem, talkingServer } from '../rig/small-system.ts'
import { textBelow } from '../rig/temp-directory.ts'

const example = join(import.meta.dirname, '../../examples/alerts')
const c8 = join(import.meta.dirname, '../../node_modules/c8/bin/c8.js')

interface Result {
  readonly isKept: boolean
  readonly runDirectory: string
  readonly variables: Readonly<Record<string, string>>
  readonly coverage: CoverageResult
}

function resultOf(ended: Ended, exitCode = 0): Result {
  expect(ended, ended.stderr).toMatchObject({ exitCode })
  return JSON.parse(ended.stdout) as Result
}

/** By file of the repository, the lines that have run and those that have not. */
function linesIn(reportDirectory: string, root: string): Record<string, Record<string, boolean>> {
  const text = readFileSync(join(reportDirectory, 'coverage-final.json'), 'utf8')
  const map = istanbul.createCoverageMap(JSON.parse(text) as CoverageMapData)
  return Object.fromEntries(
    map.files().map((file) => {
      const lines = Object.entries(map.fileCoverageFor(file).getLineCoverage())
      return [relative(root, file), Object.fromEntries(lines.map(([line, hits]) => [line, hits > 0]))]
    }),
  )
}

/** The small system whose image is measured. */
function measuredSystem(): Record<string, string> {
  const files = smallSystem()
  const config = (files['kindling.yaml'] ?? '')
    .replace(
      'web: { dockerfile: Dockerfile',
      'web: { coverage: { language: node, paths: { /: . } }, dockerfile: Dockerfile',
    )
    .replace('e2e: { services: [web] }', 'e2e: { services: [web], test: { run: "true" } }')
  return { ...files, 'kindling.yaml': config }
}

test('the example: the lines covered in the pods are those of a direct run under c8', async () => {
  const project = new Project({})
  await using _ = project
  cpSync(example, project.root, { recursive: true, filter: (source) => !source.includes('.kindling') })
  // The direct run needs the same database and Redis.
  const config = readFileSync(join(example, 'kindling.yaml'), 'utf8')
    .replace('apply: deploy/redis.yaml', 'apply: deploy/redis.yaml\n    ports: { tcp: 6379 }')
    .replace('apply: deploy/postgres.yaml', 'apply: deploy/postgres.yaml\n    ports: { sql: 5432 }')
  project.write('kindling.yaml', config)
  const upped = await project.kindling('up', '--coverage', '--output', 'json')
  expect(upped.stderr).toContain('reported by `kindling down alerts`')
  const up = resultOf(upped)
  await sendRequests(up.variables)
  await runDirectly(project.root, up.variables)

  const down = await project.kindling('down')
  expect(down, down.stderr).toMatchObject({ exitCode: 0 })
  for (const name of ['gateway', 'datastorage', 'total']) {
    expect(down.stderr).toMatch(new RegExp(`^${name} +[89]\\d\\.\\d\\d % `, 'm'))
  }
  const report = join(up.runDirectory, 'coverage')
  expect(readFileSync(join(report, 'index.html'), 'utf8')).toContain('gateway')
  expect(readFileSync(join(report, 'lcov.info'), 'utf8')).toMatch(/^SF:gateway\/server\.js$/m)
  const covered = linesIn(report, project.root)
  expect(Object.keys(covered)).toContain('datastorage/alerts.js')
  expect(covered).toEqual(linesIn(join(project.root, 'direct'), project.root))
})

/** Runs the two services on this machine, sends them the same requests, and leaves c8's report in `direct`. */
async function runDirectly(
  root: string,
  { KINDLING_POSTGRES_SQL_PORT, KINDLING_REDIS_TCP_PORT }: Readonly<Record<string, string>>,
): Promise<void> {
  const data = mkdtempSync(join(realpathSync(tmpdir()), 'kindling-c8-'))
  const secret = /PGPASSWORD: (\S+)/.exec(readFileSync(join(root, 'deploy/postgres.yaml'), 'utf8'))?.[1]
  const common = { ...process.env, NODE_V8_COVERAGE: data }
  const datastorage = await startService(join(root, 'datastorage/server.js'), {
    ...common,
    ...{ PGHOST: '127.0.0.1', PGPORT: KINDLING_POSTGRES_SQL_PORT, PGUSER: 'postgres', PGDATABASE: 'alerts' },
    ...{ PGPASSWORD: secret, MAX_CONNECTIONS: '10' },
  })
  const gateway = await startService(join(root, 'gateway/server.js'), {
    ...common,
    ...{ DATASTORAGE_URL: datastorage.url, REDIS_URL: `redis://127.0.0.1:${KINDLING_REDIS_TCP_PORT}` },
    DEDUPLICATION_WINDOW_SECONDS: '300',
  })
  try {
    for (const { url } of [datastorage, gateway]) await expectStatus(200, `${url}/readyz`)
    await sendRequests({
      KINDLING_GATEWAY_API_URL: gateway.url,
      KINDLING_DATASTORAGE_API_URL: datastorage.url,
    })
  } finally {
    await Promise.all([gateway.stop(), datastorage.stop()])
  }
  const args = ['report', '--temp-directory', data, '--reporter', 'json', '--reports-dir', 'direct']
  execFileSync(process.execPath, [c8, ...args], { cwd: root })
  rmSync(data, { recursive: true })
}

/** One after another, so that each takes the same way through the services whenever it is sent. */
async function sendRequests({
  KINDLING_GATEWAY_API_URL: gateway = '',
  KINDLING_DATASTORAGE_API_URL: datastorage = '',
}: Readonly<Record<string, string>>): Promise<void> {
  const alert = { name: 'DiskFull', severity: 'warning', labels: { test: randomUUID() } }
  const { id } = await expectStatus(201, `${gateway}/alerts`, alert)
  await expectStatus(200, `${gateway}/alerts`, alert)
  await expectStatus(200, `${gateway}/alerts/${id}`)
  await expectStatus(400, `${gateway}/alerts`, { name: 7 })
  await expectStatus(404, `${gateway}/nowhere`)
  await expectStatus(200, `${datastorage}/alerts?severity=warning&label=test:${alert.labels.test}`)
  await expectStatus(400, `${datastorage}/alerts?severity=grave`)
  await expectStatus(404, `${datastorage}/alerts/${randomUUID()}`)
}

async function expectStatus(status: number, url: string, body?: object): Promise<{ readonly id?: string }> {
  const answer = await fetch(url, body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) })
  expect({ url, status: answer.status }).toEqual({ url, status })
  return (await answer.json()) as { readonly id?: string }
}

async function startService(
  file: string,
  env: NodeJS.ProcessEnv,
): Promise<{ readonly url: string; readonly stop: () => Promise<void> }> {
  const PORT = `${await freePort()}`
  const child = spawn(process.execPath, [file], {
    env: { ...env, PORT },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let output = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text
  })
  await vi.waitFor(() => expect(output).toContain('"listening"'), 10_000)
  const ended = once(child, 'exit')
  return {
    url: `http://127.0.0.1:${PORT}`,
    stop: async () => {
      child.kill('SIGTERM')
      await ended
    },
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

test('E3: whatever comes of it, the exit code is that of the tests; an image that gives nothing is a warning', async () => {
  const files = measuredSystem()
  const [server, web = ''] = [talkingServer, files['web.yaml']]
  files['server.js'] = server
  // One that is killed in the end, and one whose files are said to be where they are not.
  for (const name of ['deaf', 'lost']) {
    files[`${name}/Dockerfile`] = files.Dockerfile ?? ''
    files[`${name}/server.js`] = name === 'deaf' ? server.replace(/process\.on.*\n/, '') : server
    files[`${name}.yaml`] = web.replaceAll(/web/g, name)
  }
  const image = (name: string, path: string) =>
    `  ${name}: { dockerfile: ${name}/Dockerfile, context: ${name}, args: { BASE: "\${images.node-base.ref}" }, coverage: { language: node, paths: { ${path}: . } } }\n`
  const config = (files['kindling.yaml'] ?? '')
    .replace('services:\n', `${image('deaf', '/')}${image('lost', '/srv')}services:\n`)
    .replace('environments:\n', '  deaf: { apply: deaf.yaml }\n  lost: { apply: lost.yaml }\nenvironments:\n')
    .replace('services: [web],', 'services: [web, deaf, lost],')
  await using project = new Project({ ...files, 'kindling.yaml': config })
  project.env = { E2E_COVERAGE: 'true' }
  const ended = await project.kindling('test', '--output', 'json', '--', 'sh', '-c', 'exit 3')
  const { coverage, isKept, runDirectory } = resultOf(ended, 5)
  expect(isKept).toBe(false)
  expect(coverage.images).toMatchObject({ web: { total: 3 } })
  expect(Object.keys(coverage.images)).toEqual(['web'])
  expect(coverage.lines?.covered).toBeGreaterThan(0)
  // E3: the logs were taken before the programs were ended.
  const evidence = textBelow(join(runDirectory, 'evidence/containers/web'))
  expect(evidence).toContain('it has begun')
  expect(evidence).not.toContain('told to end')
  // M4: everything of a run is in its directory.
  expect(coverage.directory).toBe(join(runDirectory, 'coverage'))
  expect(ended.stderr).toMatch(/^collecting coverage: /m)
  const [deaf, lost] = coverage.problems
  expect(deaf).toContain('deaf has measured nothing')
  expect(deaf).toContain('Node ignores it unless the program has a handler')
  expect(lost).toContain('nothing that lost has measured is a file of the repository, for example /server.js')
  expect(lost).toContain('/srv is .')
  expect(ended.stderr).toContain('warning: deaf has measured nothing')
  expect(await project.kindling('status')).toMatchObject({ stdout: '' })
})

test('an environment that is kept goes on after its coverage was collected; without --coverage it is made anew', async () => {
  await using project = new Project(measuredSystem())
  const first = resultOf(await project.kindling('test', '--coverage', '--keep', 'always', '--output', 'json'))
  expect(first.coverage.lines?.covered).toBeGreaterThan(0)
  const url = first.variables.KINDLING_WEB_API_URL ?? ''
  await vi.waitFor(async () => expect((await fetch(url)).status).toBe(200), 10_000)

  const up = await project.kindling('up')
  expect(up, up.stderr).toMatchObject({ exitCode: 0 })
  expect(up.stderr).toMatch(/^deploy:web +.*succeeded$/m)
  const down = await project.kindling('down')
  expect(down).toMatchObject({ exitCode: 0 })
  expect(down.stderr).not.toContain('coverage')
})

const goProgram = `package main

import (
	"os"
	"os/signal"
	"syscall"
)

func greet(name string) string {
	if name == "" {
		return "hello?"
	}
	return "hello " + name
}

func main() {
	ended := make(chan os.Signal, 1)
	signal.Notify(ended, syscall.SIGTERM)
	println(greet("ada"))
	<-ended
}
`

const hasGo = spawnSync('go', ['version']).status === 0

test.skipIf(!hasGo)(
  `a program in Go${hasGo ? '' : ' (there is no go here)'} in an image of nothing else`,
  async () => {
    await using project = new Project({
      'kindling.yaml': `apiVersion: kindling/v1alpha1
project: small
images:
  web: { dockerfile: Dockerfile, coverage: { language: go, paths: { example.com/shop: . } } }
services:
  web: { apply: web.yaml, ready: [rollout, { log: hello ada }] }
environments:
  e2e: { services: [web], test: { run: "true" } }
`,
      'web.yaml': (smallSystem()['web.yaml'] ?? '').replace(/ +readinessProbe.*\n/, ''),
      Dockerfile: 'FROM scratch\nCOPY web /web\nCMD ["/web"]\n',
      '.dockerignore': '*\n!web\n',
      'go.mod': 'module example.com/shop\n\ngo 1.20\n',
      'main.go': goProgram,
    })
    // No base image with Go in it is at hand everywhere.
    execFileSync('go', ['build', '-cover', '-o', 'web', '.'], {
      cwd: project.root,
      env: { ...process.env, CGO_ENABLED: '0' },
    })
    const { coverage } = resultOf(await project.kindling('test', '--coverage', '--output', 'json'))
    expect(coverage.problems).toEqual([])
    const lines = linesIn(coverage.directory, project.root)['main.go'] ?? {}
    expect(Object.keys(lines).filter((line) => lines[line] === false)).toEqual(['11'])
    expect(lines).toMatchObject({ 10: true, 13: true, 20: true })
  },
)
