import { execFileSync } from 'node:child_process'
import { cpSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readEvents } from '../../src/reporters/ndjson.ts'
import { engineSnapshot } from '../rig/engine-snapshot.ts'
import { type Ended, Project } from '../rig/project.ts'

const example = join(import.meta.dirname, '../../examples/alerts')

interface Result {
  readonly outcome: string
  readonly runDirectory: string
  readonly variables: Readonly<Record<string, string>>
  readonly images: Readonly<Record<string, { readonly reference: string; readonly id: string }>>
}

/** A copy of the example, so that nothing of a person's own `.kindling` in it is touched. */
function copyOfExample(): Project {
  const project = new Project({})
  cpSync(example, project.root, {
    recursive: true,
    filter: (source) => !source.includes('.kindling'),
  })
  return project
}

function resultOf(ended: Ended): Result {
  expect(ended).toMatchObject({ exitCode: 0 })
  return JSON.parse(ended.stdout) as Result
}

function runSuite(variables: Readonly<Record<string, string>>): string {
  return execFileSync(process.execPath, ['--test', '--test-reporter=tap', join(example, 'e2e')], {
    encoding: 'utf8',
    env: { ...process.env, ...variables },
  })
}

describe('the example of a real system', () => {
  let project: Project
  let before: ReturnType<typeof engineSnapshot>
  let first: Result

  beforeAll(async () => {
    project = copyOfExample()
    // With the base images made: they are kept, and no leftover.
    resultOf(await project.kindling('up', 'alerts', '--output', 'json'))
    await project.kindling('down', 'alerts')
    before = engineSnapshot()
    first = resultOf(await project.kindling('up', 'alerts', '--output', 'json'))
  })

  afterAll(async () => {
    await project.kindling('down', 'alerts')
    await project.kindling('down', 'storage')
    await project[Symbol.asyncDispose]()
  })

  test('passes its own end-to-end suite against real PostgreSQL and Redis', () => {
    expect(runSuite(first.variables)).toMatch(/^# fail 0$/m)
  })

  test('hands over addresses in env.json and .env, for the owner alone', () => {
    const directory = join(project.root, '.kindling/environments/alerts')
    const written = JSON.parse(readFileSync(join(directory, 'env.json'), 'utf8')) as Result
    expect(written.variables).toEqual(first.variables)
    expect(readFileSync(join(directory, '.env'), 'utf8')).toContain(
      `KINDLING_GATEWAY_API_URL=${first.variables.KINDLING_GATEWAY_API_URL}\n`,
    )
    expect(statSync(join(directory, 'env.json')).mode & 0o777).toBe(0o600)
    expect(statSync(directory).mode & 0o777).toBe(0o700)
  })

  test('the password of the manifests is in no event, log or process list', async () => {
    const secret = /password:\s*(\S+)/i.exec(readFileSync(join(example, 'deploy/postgres.yaml'), 'utf8'))?.[1]
    expect(secret).toBeDefined()
    const found = execFileSync('sh', [
      '-c',
      'grep -rl -- "$1" "$2" || true',
      'sh',
      secret ?? '',
      first.runDirectory,
    ])
    expect(found.toString()).toBe('')
  })

  test('a second up changes nothing: every image and service is reused, every container the same', async () => {
    const containers = engineSnapshot()
    const second = resultOf(await project.kindling('up', 'alerts', '--output', 'json'))
    expect(engineSnapshot()).toEqual(containers)
    expect(second.images).toEqual(first.images)
    expect(second.variables.KINDLING_GATEWAY_API_URL).toBe(first.variables.KINDLING_GATEWAY_API_URL)
    const outcomes = new Map<string, string>()
    for (const event of await readEvents(join(second.runDirectory, 'events.ndjson'))) {
      if (event.type === 'task-finished') outcomes.set(event.task, event.outcome)
    }
    const work = [...outcomes].filter(([task]) => !task.startsWith('ready:'))
    expect(work.length).toBeGreaterThan(10)
    expect(new Set(work.map(([, outcome]) => outcome))).toEqual(new Set(['reused']))
  })

  test('P1: a second environment of the project stands beside it, and goes without it', async () => {
    const storage = resultOf(await project.kindling('up', 'storage', '--output', 'json'))
    const url = (result: Result) => result.variables.KINDLING_DATASTORAGE_API_URL ?? ''
    expect(url(storage)).not.toBe(url(first))
    const posted = await fetch(`${url(storage)}/alerts?label=only:here`)
    expect(posted.status).toBe(200)
    expect(runSuite(first.variables)).toMatch(/^# fail 0$/m)
    expect(await project.kindling('down', 'storage')).toMatchObject({ exitCode: 0 })
    expect(runSuite(first.variables)).toMatch(/^# fail 0$/m)
  })

  test('I16: one changed service is built and deployed again, and nothing else', async () => {
    project.write('gateway/note.js', '// A change.\n')
    const changed = resultOf(await project.kindling('up', 'alerts', '--output', 'json'))
    const different = Object.keys(first.images).filter(
      (name) => changed.images[name]?.id !== first.images[name]?.id,
    )
    expect(different).toEqual(['gateway'])
    const redone: string[] = []
    for (const event of await readEvents(join(changed.runDirectory, 'events.ndjson'))) {
      if (event.type === 'task-finished' && event.outcome === 'succeeded') redone.push(event.task)
    }
    expect(redone.filter((task) => !task.startsWith('ready:'))).toEqual(['build:gateway', 'deploy:gateway'])
  })

  test('down leaves nothing but the base images, and again is harmless', async () => {
    expect(await project.kindling('down', 'alerts')).toMatchObject({ exitCode: 0 })
    expect(engineSnapshot()).toEqual(before)
    const { exitCode, stderr } = await project.kindling('down', 'alerts')
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: 'alerts: nothing to remove\n' })
  })
})
