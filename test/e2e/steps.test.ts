import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { engineSnapshot, processesWith } from '../rig/engine-snapshot.ts'
import { type Ended, Project } from '../rig/project.ts'
import { stepSystem } from '../rig/step-system.ts'

interface HandOver {
  readonly id: string
  readonly variables: Readonly<Record<string, string>>
  readonly services: Readonly<Record<string, { readonly outputs?: unknown }>>
  readonly images: Readonly<Record<string, { readonly reference: string }>>
}

function handOverOf(ended: Ended): HandOver {
  expect(ended, ended.stderr).toMatchObject({ exitCode: 0 })
  return JSON.parse(ended.stdout) as HandOver
}

const upJson = (project: Project) => project.kindling('up', '--output', 'json')

const answerOf = async ({ variables }: HandOver) =>
  (await fetch(`${variables.KINDLING_WEB_API_URL}/`, { headers: { connection: 'close' } })).json()

const config = (change: (text: string) => string) => ({
  'kindling.yaml': change(stepSystem()['kindling.yaml'] ?? ''),
})

test('R2: a migration runs on the host through a forward, and what steps and Jobs print reaches later services', async () => {
  await using project = new Project(stepSystem())
  const first = await upJson(project)
  const handOver = handOverOf(first)
  const url = handOver.variables.KINDLING_WEB_API_URL
  expect(await answerOf(handOver)).toEqual({
    ...{ version: 'v2', token: 'a$(HOME)2', here: url, greeting: 'hello', args: ['a$(HOME)2'] },
  })
  expect(first.stderr).toMatch(/^run:schema .*succeeded$/m)
  expect(handOver.services.schema).toEqual({ ports: {}, outputs: { version: '2' } })
  // What looks like a reference to a variable came through as it was. What is secret is in the state directory alone, and there for nobody else.
  expect(first.stdout + first.stderr).not.toContain('a$(HOME)2')
  const state = join(project.stateDirectory, 'environments', handOver.id, 'results.json')
  expect(readFileSync(state, 'utf8')).toContain('a$(HOME)2')
  expect(statSync(state).mode & 0o777).toBe(0o600)
  const logs = join(project.root, '.kindling/runs')
  const log = readdirSync(logs, { recursive: true }).find((file) => String(file).includes('run-schema'))
  expect(readFileSync(join(logs, String(log)), 'utf8')).toMatch(
    /forward db: 127.0.0.1:\d+ leads to store:store.*migrated e2e/s,
  )

  // Nothing has changed, so nothing is done, and what was printed is still known.
  const second = await upJson(project)
  expect(await answerOf(handOverOf(second))).toMatchObject({ version: 'v2', token: 'a$(HOME)2' })
  for (const task of ['deploy:store', 'run:schema', 'deploy:seed', 'deploy:web'])
    expect(second.stderr).toMatch(new RegExp(`^${task} .*reused$`, 'm'))

  // Another migration: it is run again on the same store, and who is told its version is applied again.
  project.write('migrations/3.sql', 'create table c')
  const third = await upJson(project)
  expect(third.stderr).toMatch(/^deploy:store .*reused$/m)
  expect(await answerOf(handOverOf(third))).toMatchObject({ version: 'v5', token: 'a$(HOME)5' })

  // A new store is an empty one: the step runs again though nothing of it has changed.
  const manifest = stepSystem()['store.yaml'] ?? ''
  project.write(
    'store.yaml',
    manifest.replace('command:', 'env: [{ name: NEW, value: "1" }]\n          command:'),
  )
  expect(await answerOf(handOverOf(await upJson(project)))).toMatchObject({ version: 'v3' })

  const tests = await project.kindling('test')
  expect(tests, tests.stderr).toMatchObject({ exitCode: 0 })
  expect(tests.stderr).toContain('tests see *** and 3')
  expect(await project.kindling('down')).toMatchObject({ exitCode: 0 })
  expect(existsSync(state)).toBe(false)
  // Other tests' things may come and go meanwhile; of this environment's, nothing is left.
  const left = JSON.stringify(engineSnapshot())
  expect(left).not.toContain(handOver.id)
  expect(left).not.toContain(handOver.images.web?.reference)
})

test('a step that fails is told with its last words, and holds up what needs it', async () => {
  await using project = new Project(
    stepSystem(config((text) => text.replace('env: { STORE_HOST', 'env: { FAILS: "1", STORE_HOST'))),
  )
  const { exitCode, stderr } = await project.kindling('up')
  expect(exitCode).toBe(1)
  expect(stderr).toContain('E_STEP_FAILED')
  expect(stderr).toContain('schema failed: exit code 3')
  expect(stderr).toContain('relation exists already')
  for (const task of ['deploy:seed', 'deploy:web'])
    expect(stderr).toMatch(new RegExp(`^${task} .*blocked`, 'm'))
  expect(await project.kindling('down')).toMatchObject({ exitCode: 0 })
})

test('a step is ended with its time, and with all that it started', async () => {
  const slow = config((text) =>
    text.replace('run: [node, migrate.mjs]', 'run: "sleep 1234 & wait"\n    timeout: 2s'),
  )
  await using project = new Project(stepSystem(slow))
  const { exitCode, stderr } = await project.kindling('up')
  expect(exitCode).toBe(1)
  expect(stderr).toMatch(/^run:schema .*timed-out/m)
  expect(processesWith('sleep 1234')).toEqual([])
  expect(await project.kindling('down')).toMatchObject({ exitCode: 0 })
})

test('an output that nothing prints fails the service it is of, by its name', async () => {
  await using project = new Project(stepSystem(config((text) => text.replace('token=(', 'tokens=('))))
  const { exitCode, stderr } = await project.kindling('up')
  expect(exitCode).toBe(1)
  expect(stderr).toContain('E_OUTPUT_MISSING')
  expect(stderr).toContain(
    'output `token` is missing: no line of the log of its containers matches /tokens=(\\S+)/',
  )
  expect(await project.kindling('down')).toMatchObject({ exitCode: 0 })
})
