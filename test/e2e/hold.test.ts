import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { parseEnv } from 'node:util'
import { beforeAll, expect, test } from 'vitest'
import type { ResultObject } from '../../src/operations/hand-over/result-object.ts'
import { engineSnapshot } from '../rig/engine-snapshot.ts'
import { Project } from '../rig/project.ts'
import { smallSystem } from '../rig/small-system.ts'

const awkward = `it costs $5, "all in"`

/** The small system with tests that get an awkward text. */
function system(): Record<string, string> {
  const files = smallSystem()
  const test = `test: { run: "true", env: { WORDS: two words, AWKWARD: '${awkward}' } }`
  const config = files['kindling.yaml'] ?? ''
  return { ...files, 'kindling.yaml': config.replace('{ services: [web] }', `{ services: [web], ${test} }`) }
}

beforeAll(async () => {
  // The base image is kept from here on; it is no leftover of what follows.
  await using project = new Project(smallSystem())
  expect(await project.kindling('build', '--cleanup')).toMatchObject({ exitCode: 0 })
})

test('`up --hold` is for suites of any language: one object, and all goes when they let go', async () => {
  const before = engineSnapshot()
  await using project = new Project(system())
  const held = project.start('up', '--hold', '--output', 'json')
  await held.until(/^e2e is up/m)
  const { files, services, failures, variables } = JSON.parse(held.stdout) as ResultObject
  expect(failures).toEqual([])
  const answer = await fetch(services?.web?.ports.api?.url ?? '')
  expect(await answer.json()).toMatchObject({ greeting: 'hello' })

  const json = JSON.parse(readFileSync(files?.json ?? '', 'utf8')) as ResultObject
  expect(json.variables).toEqual(variables)
  expect(parseEnv(readFileSync(files?.dotenv ?? '', 'utf8'))).toEqual(variables)
  const script = 'set -a; . "$1"; echo "$AWKWARD|$WORDS"'
  expect(execFileSync('sh', ['-euc', script, 'sh', files?.dotenv ?? ''], { encoding: 'utf8' })).toBe(
    `${awkward}|two words\n`,
  )

  const other = await project.kindling('up')
  expect(other).toMatchObject({ exitCode: 3, stderr: expect.stringContaining('E_ENVIRONMENT_BUSY') })
  held.letGo()
  expect(await held.ended).toMatchObject({ exitCode: 0 })
  expect(engineSnapshot()).toEqual(before)
  expect((await project.kindling('status')).stdout).toBe('')
})

test('a holder that goes while the environment comes up leaves nothing of it', async () => {
  const before = engineSnapshot()
  const endless = 'ARG BASE\nFROM ${BASE}\nRUN sleep 98766\n'
  await using project = new Project({ ...system(), Dockerfile: endless })
  const held = project.start('up', '--hold')
  await held.until(/build:web +started/)
  held.letGo()
  expect(await held.ended).toMatchObject({ exitCode: 130 })
  expect(engineSnapshot()).toEqual(before)
})

test('a holder that was never there is told so, in words and as data', async () => {
  await using project = new Project(system())
  const held = project.start('up', '--hold', '--output', 'json')
  held.letGo()
  const { exitCode, stdout, stderr } = await held.ended
  expect({ exitCode, stderr }).toMatchObject({ exitCode: 130, stderr: expect.not.stringContaining('E_TOOL') })
  expect(JSON.parse(stdout)).toMatchObject({ outcome: 'interrupted', exitCode: 130 })
  expect(project.everything().filter((file) => /state\/environments\/./.test(file))).toEqual([])
})

test('E5: by --keep on-failure it stays when the holder says that its tests have failed', async () => {
  await using project = new Project(system())
  expect(await project.kindling('up', '--keep', 'never')).toMatchObject({ exitCode: 2 })
  const held = project.start('up', '--hold', '--keep', 'on-failure')
  await held.until(/^e2e is up/m)
  held.letGo('failed\n')
  expect((await held.ended).stderr).toContain('`kindling down e2e` removes it')
  expect((await project.kindling('status')).stdout).toContain('-e2e-')
  expect((await project.kindling('gc')).stderr).not.toContain('removed')

  const again = project.start('up', '--hold', '--keep', 'on-failure')
  await again.until(/^e2e is up/m)
  again.letGo()
  await again.ended
  expect((await project.kindling('status')).stdout).toBe('')
})
