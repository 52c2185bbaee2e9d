import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readEvents } from '../../src/reporters/ndjson.ts'
import { engineSnapshot } from '../rig/engine-snapshot.ts'
import {
  answerOf,
  filesWith,
  type GeneratedResult,
  generatedConfig,
  generatedServer,
  generatedSystem,
  secretsOf,
} from '../rig/generated-system.ts'
import { Project } from '../rig/project.ts'

describe('an environment with a password, a certificate and a pair of keys', () => {
  let project: Project
  let before: ReturnType<typeof engineSnapshot>
  let first: GeneratedResult

  beforeAll(async () => {
    project = new Project(generatedSystem())
    // With the base image made: it is kept, and no leftover.
    expect(await project.kindling('build', '--cleanup')).toMatchObject({ exitCode: 0 })
    before = engineSnapshot()
    const { exitCode, stdout, stderr } = await project.kindling('up', '--output', 'json')
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 })
    first = JSON.parse(stdout) as GeneratedResult
  })

  afterAll(async () => {
    await project.kindling('down')
    await project[Symbol.asyncDispose]()
  })

  test('its service has them, and answers over TLS to whoever trusts the CA', async () => {
    const { variables } = first
    const ca = readFileSync(variables.KINDLING_GENERATED_CA_CERT_FILE ?? '', 'utf8')
    const password = readFileSync(variables.KINDLING_GENERATED_DB_PASSWORD_FILE ?? '', 'utf8')
    expect(password).toHaveLength(24)
    expect(JSON.parse(await answerOf(variables.KINDLING_WEB_API_PORT, ca))).toEqual({
      password: createHash('sha256').update(password).digest('hex'),
      isInUrl: true,
      signing: readFileSync(first.generated.signing?.public ?? '', 'utf8'),
    })
  })

  test('P3: what tests get belongs to this environment and is private, and of secrets has the files and what tests ask for', () => {
    const directory = join(project.root, '.kindling/environments/e2e')
    for (const file of Object.values(first.generated).flatMap((parts) => Object.values(parts))) {
      expect([file, statSync(file).mode & 0o777]).toEqual([file, 0o600])
      expect(statSync(join(file, '..')).mode & 0o777).toBe(0o700)
    }
    const lines = ['env.json', '.env'].flatMap((name) => {
      const file = join(directory, name)
      expect([file, statSync(file).mode & 0o777]).toEqual([file, 0o600])
      return readFileSync(file, 'utf8').split('\n')
    })
    const asked = lines.filter((line) => /^\s*"?DB_PASSWORD\b/.test(line))
    expect(asked).toHaveLength(2)
    const others = lines.filter((line) => !asked.includes(line)).join('\n')
    for (const secret of secretsOf(first)) expect(others).not.toContain(secret)
  })

  test('a second up makes nothing new and changes nothing', async () => {
    const containers = engineSnapshot()
    const secrets = secretsOf(first)
    const { exitCode, stdout } = await project.kindling('up', '--output', 'json')
    expect(exitCode).toBe(0)
    const second = JSON.parse(stdout) as GeneratedResult
    expect(engineSnapshot()).toEqual(containers)
    expect(secretsOf(second)).toEqual(secrets)
    const outcomes = (await readEvents(join(second.runDirectory, 'events.ndjson'))).flatMap((event) =>
      event.type === 'task-finished' && !event.task.startsWith('ready:') ? [event.outcome] : [],
    )
    expect(outcomes.length).toBeGreaterThan(3)
    expect(new Set(outcomes)).toEqual(new Set(['reused']))
  })

  test('the tests get what they ask for, and what they print of it is masked', async () => {
    const { exitCode, stdout, stderr } = await project.kindling('test')
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 })
    expect(stderr).toContain('the tests know *** ***')
    expect(stderr).toContain('the suite is done')
    for (const secret of secretsOf(first)) expect(stdout + stderr).not.toContain(secret)
  })

  test('nothing secret is in what the runs have left', () => {
    const secrets = secretsOf(first)
    const runs = join(project.root, '.kindling/runs')
    expect(readdirSync(runs).length).toBeGreaterThan(2)
    expect(filesWith(secrets, runs)).toEqual([])
  })

  test('down leaves nothing of them, and the next environment has others', async () => {
    const secrets = secretsOf(first)
    expect(await project.kindling('down')).toMatchObject({ exitCode: 0 })
    expect(engineSnapshot()).toEqual(before)
    expect(filesWith(secrets, join(project.root, '..'))).toEqual([])
    expect(existsSync(join(project.root, '.kindling/environments/e2e'))).toBe(false)
    const { stdout } = await project.kindling('up', '--output', 'json')
    expect(
      secretsOf(JSON.parse(stdout) as GeneratedResult).filter((secret) => secrets.includes(secret)),
    ).toEqual([])
  })
})

test.each([
  [
    'prints its password and ends',
    "console.error('no database for', PASSWORD); process.exit(1)",
    /no database for/,
  ],
  ['answers with its password', 'process.env.STATUS = 500', /answered 500, not 200: \*\*\*/],
])('a service that %s is shown without it', async (_, change, shown) => {
  const changed = generatedServer.replace('const answer', `${change}\nconst answer`)
  const hurried = generatedConfig.replace('ports: { api: 8443 }', 'ports: { api: 8443 }\n    timeout: 5s')
  await using project = new Project(generatedSystem({ 'server.js': changed, 'kindling.yaml': hurried }))
  const { exitCode, stdout, stderr } = await project.kindling('up')
  expect(exitCode).toBe(1)
  expect(stderr).toMatch(shown)
  const kept = JSON.parse(
    readFileSync(
      join(project.stateDirectory, 'environments', onlyOf(project, 'environments'), 'generated.json'),
      'utf8',
    ),
  ) as Record<string, { readonly parts: Readonly<Record<string, string>> }>
  const password = kept['db-password']?.parts.value ?? ''
  expect(password).toHaveLength(24)
  expect(stdout + stderr).not.toContain(password)
  expect(filesWith([password], join(project.root, '.kindling/runs'))).toEqual([])
  expect(await project.kindling('down')).toMatchObject({ exitCode: 0 })
})

function onlyOf(project: Project, directory: string): string {
  return readdirSync(join(project.stateDirectory, directory))[0] ?? ''
}
