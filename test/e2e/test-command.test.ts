import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { readEvents } from '../../src/reporters/ndjson.ts'
import { spanIdOf } from '../../src/util/trace-context.ts'
import { engineSnapshot, processesWith } from '../rig/engine-snapshot.ts'
import { Project } from '../rig/project.ts'
import { smallSystem } from '../rig/small-system.ts'

/** The small system whose environment has these tests, in JavaScript. */
function systemWith(script: string, timeout = '1m'): Record<string, string> {
  const files = smallSystem({ 'suite.mjs': script, '.dockerignore': '.kindling\nbase\n*.mjs\n' })
  const test = `test: { run: node suite.mjs, timeout: ${timeout}, env: { WEB: "\${services.web.ports.api.url}/here" } }`
  const config = (files['kindling.yaml'] ?? '').replace(
    'e2e: { services: [web] }',
    `e2e: { services: [web], ${test} }`,
  )
  return { ...files, 'kindling.yaml': config }
}

const passing = `
import { readFileSync } from 'node:fs'
const answer = await (await fetch(process.env.WEB)).json()
const { version, images, variables } = JSON.parse(readFileSync(process.env.KINDLING_ENV_FILE, 'utf8'))
if (version !== 1 || variables.WEB !== process.env.WEB) process.exit(2)
if (images.web.reference !== process.env.KINDLING_IMAGE_WEB) process.exit(3)
console.log('the suite saw', answer.path, process.env.KINDLING_WEB_API_PORT)
if (answer.path !== '/here' || answer.greeting !== 'hello') process.exit(1)
`

beforeAll(async () => {
  // The base image is kept from here on; it is no leftover of what follows.
  await using project = new Project(smallSystem())
  expect(await project.kindling('build', '--cleanup')).toMatchObject({ exitCode: 0 })
})

test('the tests reach the environment through what they are told; then nothing of it is left', async () => {
  const before = engineSnapshot()
  await using project = new Project(systemWith(passing))
  const { exitCode, stdout, stderr } = await project.kindling('test', '--output', 'json')
  expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 })
  const tests = { outcome: 'succeeded', exitCode: 0 }
  expect(JSON.parse(stdout)).toMatchObject({ outcome: 'succeeded', isKept: false, tests })
  expect(stderr).toMatch(/^the suite saw \/here \d+$/m)
  expect(stderr).toMatch(/^test:e2e +\S+ +\S+ +succeeded$/m)
  expect(engineSnapshot()).toEqual(before)
  expect((await project.kindling('status')).stdout).toBe('')
})

test('a run leaves its timeline, and its tests belong to the trace that it was started in', async () => {
  const trace = '4bf92f3577b34da6a3ce929d0e0e4736'
  await using project = new Project(systemWith('console.log("told", process.env.TRACEPARENT)'))
  project.env = { TRACEPARENT: `00-${trace}-00f067aa0ba902b7-01` }
  const { exitCode, stdout, stderr } = await project.kindling('test', '--output', 'json')
  expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 })
  const { run, runDirectory } = JSON.parse(stdout)
  expect(stderr).toContain(`told 00-${trace}-${spanIdOf(run, 'test:e2e')}-01`)
  expect(stderr).toContain(`timeline: .kindling/runs/${run}/timeline.html`)
  expect(readFileSync(join(runDirectory, 'timeline.html'), 'utf8')).toContain('"id":"test:e2e"')
  const events = await readEvents(join(runDirectory, 'events.ndjson'))
  const parts = events.flatMap((event) => (event.type === 'task-part' ? [event.text] : []))
  expect(parts).toContain('COPY server.js /server.js')
})

test('tests that fail are told apart from an environment that does: exit code 5, not 1', async () => {
  const before = engineSnapshot()
  await using project = new Project(systemWith('console.error("2 of 7 failed"); process.exit(7)'))
  const failed = await project.kindling('test', '--output', 'json')
  expect(failed.exitCode).toBe(5)
  expect(JSON.parse(failed.stdout)).toMatchObject({
    exitCode: 5,
    tests: { outcome: 'failed', exitCode: 7 },
    failures: [{ task: 'test:e2e', code: 'E_TESTS_FAILED' }],
  })
  expect(failed.stderr).toContain('2 of 7 failed')
  expect(failed.stderr).toContain('the tests failed: exit code 7')
  expect(engineSnapshot()).toEqual(before)

  project.write('Dockerfile', 'ARG BASE\nFROM ${BASE}\nRUN exit 9\n')
  const broken = await project.kindling('test')
  expect(broken.exitCode).toBe(1)
  expect(broken.stderr).toMatch(/test:e2e\s+blocked/)
  expect(engineSnapshot()).toEqual(before)
})

test('tests that cannot be started have not failed: exit code 2 before anything happens, or else 1', async () => {
  await using project = new Project(systemWith(''))
  const unknown = await project.kindling('test', '--', 'no-such-runner', '--all')
  expect(unknown).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('E_TESTS_MISSING') })
  expect(unknown.stderr).not.toContain('kindling  test')
  const missing = await project.kindling('test', '--', './no-such-file')
  expect(missing.exitCode).toBe(1)
  expect(missing.stderr).toContain('the tests could not be started: there is no program `./no-such-file`')
})

test('E5: what is kept is what --keep says, and what was up before stays', async () => {
  await using project = new Project(systemWith('process.exit(1)'))
  expect(await project.kindling('test', '--keep', 'sometimes')).toMatchObject({ exitCode: 2 })
  const failed = await project.kindling('test', '--keep', 'on-failure')
  expect(failed.exitCode).toBe(5)
  expect(failed.stderr).toMatch(/e2e is kept for 24h 00m: `kindling down e2e` removes it/)
  expect((await project.kindling('status')).stdout).toMatch(/-e2e-.*kept for another (24h 00m|23h 59m)/)

  const after = await project.kindling('test', '--', 'node', '-e', 'console.log("from the command line")')
  expect(after).toMatchObject({ exitCode: 0 })
  expect(after.stderr).toContain('from the command line')
  expect(after.stderr).toMatch(/deploy:web\s+reused/)
  expect(await project.kindling('status')).toMatchObject({ stdout: expect.stringContaining('-e2e-') })

  expect(await project.kindling('test', '--keep-for', '1ms', '--', 'true')).toMatchObject({ exitCode: 0 })
  const status = await project.kindling('status')
  expect(status.stdout).toContain('expired')
  expect(status.stderr).toMatch(/expired: small-e2e-\w+; `kindling gc` removes/)
  expect((await project.kindling('gc')).stderr).toContain('it has expired')
  expect(await project.kindling('status')).toMatchObject({ stdout: '' })
})

test('E5: --keep never takes down even what was up before', async () => {
  await using project = new Project(systemWith('process.exit(1)'))
  expect(await project.kindling('up')).toMatchObject({ exitCode: 0 })
  expect(await project.kindling('test', '--keep', 'never', '--', 'true')).toMatchObject({ exitCode: 0 })
  expect(await project.kindling('status')).toMatchObject({ stdout: '' })
})

test('E4: tests that hang are ended at their time with all they started, and the environment goes', async () => {
  const before = engineSnapshot()
  const mark = `4242${process.pid}`
  const hanging = `
    import { spawn } from 'node:child_process'
    spawn('sleep', ['${mark}'])
    process.on('SIGTERM', () => {})
    console.log('hanging')
    setInterval(() => {}, 1000)
  `
  await using project = new Project(systemWith(hanging, '2s'))
  const { exitCode, stderr } = await project.kindling('test')
  expect(exitCode).toBe(5)
  expect(stderr).toMatch(/test:e2e\s+timed out/)
  expect(processesWith(`sleep ${mark}`)).toEqual([])
  expect(engineSnapshot()).toEqual(before)
})

test('what tests leave in their group goes with them: nobody waits for it, and their exit code counts', async () => {
  const before = engineSnapshot()
  const mark = `4343${process.pid}`
  const script = `
    import { spawn } from 'node:child_process'
    spawn('sleep', ['${mark}'], { stdio: 'inherit' }).unref()
    spawn('sleep', ['${mark}'], { stdio: 'ignore' }).unref()
    process.exit(7)`
  await using project = new Project(systemWith(script))
  const { exitCode, stdout } = await project.kindling('test', '--output', 'json')
  expect(exitCode).toBe(5)
  expect(JSON.parse(stdout)).toMatchObject({ tests: { outcome: 'failed', exitCode: 7 } })
  expect(processesWith(`sleep ${mark}`)).toEqual([])
  expect(engineSnapshot()).toEqual(before)
})

test('Ctrl-C during the tests ends them and takes the environment down', async () => {
  const before = engineSnapshot()
  await using project = new Project(systemWith('console.log("running"); setInterval(() => {}, 1000)'))
  const running = project.start('test')
  await running.until(/^running$/m)
  running.signal('SIGINT')
  expect(await running.ended).toMatchObject({ exitCode: 130 })
  expect(processesWith('suite.mjs')).toEqual([])
  expect(engineSnapshot()).toEqual(before)
})

test('an environment that has no tests says where they belong', async () => {
  await using project = new Project(smallSystem())
  const { exitCode, stderr } = await project.kindling('test')
  expect(exitCode).toBe(2)
  expect(stderr).toContain('kindling.yaml:9')
  expect(stderr).toContain('test: { run: … }')
})
