import { existsSync, readFileSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { engineSnapshot } from '../rig/engine-snapshot.ts'
import { type Ended, Project } from '../rig/project.ts'
import { smallSystem } from '../rig/small-system.ts'

/** The page of a run, and what it leads to. */
function pageOf({ stdout }: Ended) {
  const { evidence } = JSON.parse(stdout) as { readonly evidence: string }
  const text = readFileSync(evidence, 'utf8')
  const links = [...text.matchAll(/\]\(([^)]+)\)/g)].map(([, link = '']) => join(dirname(evidence), link))
  return {
    evidence,
    text,
    links,
    read: (path: string) => readFileSync(join(dirname(evidence), path), 'utf8'),
  }
}

const log = 'evidence/containers/web/web/web.log'

test('R6: a container that crashes leaves its logs, and a page that says first what went wrong', async () => {
  await using project = new Project(
    smallSystem({ 'server.js': `console.error('DATABASE_URL is not set'); process.exit(78)\n` }),
  )
  const failed = await project.kindling('up', '--output', 'json')
  expect(failed.exitCode).toBe(1)
  const { evidence, text, links, read } = pageOf(failed)
  expect(failed.stderr).toMatch(/^evidence: \.kindling\/runs\/[^/]+\/index\.md$/m)
  expect(text).toMatch(/^# up e2e: failed\n[\s\S]*## What went wrong\n\n### 1\. `ready:web` failed/)
  expect(text).toMatch(/container web\/web was restarted \d+ times?/)
  expect(links.filter((path) => !existsSync(path))).toEqual([])
  expect(links.filter((path) => statSync(path).isFile() && (statSync(path).mode & 0o777) !== 0o600)).toEqual(
    [],
  )
  expect(statSync(evidence).mode & 0o777).toBe(0o600)
  expect(read('evidence/containers/web/web/web.previous.log')).toMatch(/^\S+Z DATABASE_URL is not set$/m)
  for (const file of ['engine/info.txt', 'machine.txt', 'plan.json', 'pods/web/web.yaml'])
    expect(text).toContain(`(evidence/${file})`)

  const previous = await project.kindling('logs', 'web', '--previous', '--tail', '1', '--output', 'json')
  expect(JSON.parse(previous.stdout)).toMatchObject({ service: 'web', line: 'DATABASE_URL is not set' })
  expect(await project.kindling('down')).toMatchObject({ exitCode: 0 })
})

test('E3, E4: of tests that are killed at their time, the evidence is there when the environment has gone', async () => {
  const before = engineSnapshot()
  const files = smallSystem({
    'suite.mjs': `await fetch(process.env.KINDLING_WEB_API_URL); console.log('hanging'); setInterval(() => {}, 1000)`,
    '.dockerignore': '.kindling\nbase\n*.mjs\n',
    'server.js': `${smallSystem()['server.js']}console.log('serving')\n`,
  })
  const config = (files['kindling.yaml'] ?? '').replace(
    'services: [web] }',
    'services: [web], test: { run: node suite.mjs, timeout: 2s } }',
  )
  await using project = new Project({ ...files, 'kindling.yaml': config })
  const killed = await project.kindling('test', '--output', 'json')
  expect(killed.exitCode).toBe(5)
  const { text, read } = pageOf(killed)
  expect(text).toMatch(/### 1\. `test:e2e` did not end in time[\s\S]*The end of its output:[\s\S]*hanging/)
  expect(read(log)).toMatch(/^\S+Z serving$/m)
  expect(engineSnapshot()).toEqual(before)

  const down = await project.kindling('logs')
  expect(down).toMatchObject({ exitCode: 3, stderr: expect.stringContaining('E_ENVIRONMENT_DOWN') })
})

test('E1: evidence is gathered when there is no cluster yet, unless it is not wanted', async () => {
  await using project = new Project(
    smallSystem({ Dockerfile: 'ARG BASE\nFROM ${BASE}\nRUN echo "no such header" && exit 9\n' }),
  )
  expect(await project.kindling('up', '--evidence', 'sometimes')).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining('Allowed choices are never, on-failure, always'),
  })
  const failed = await project.kindling('up', '--output', 'json')
  const { text } = pageOf(failed)
  expect(text).toMatch(/### 1\. `build:web` failed[\s\S]*no such header[\s\S]*blocked by `build:web`/)
  expect(text).toMatch(/^- logs of containers: nothing$/m)

  const without = await project.kindling('up', '--evidence', 'never')
  expect(without.stderr).toMatch(/^logs: \.kindling\/runs\/[^/]+\/logs$/m)
  expect(without.stderr).not.toContain('evidence')
  expect(await project.kindling('down')).toMatchObject({ exitCode: 0 })
})

test('logs are followed until Ctrl-C, and a service that does not exist is told with the one that was meant', async () => {
  await using project = new Project(
    smallSystem({
      'server.js': `${smallSystem()['server.js']}console.log('serving'); setInterval(() => console.log('still'), 200)\n`,
    }),
  )
  const up = await project.kindling('up', '--evidence', 'always')
  expect(up).toMatchObject({ exitCode: 0, stderr: expect.stringMatching(/^evidence: .*index\.md$/m) })
  expect(await project.kindling('logs', 'wbe')).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining('did you mean `web`?'),
  })
  const all = await project.kindling('logs')
  expect(all).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/^web \| serving\n/) })

  const following = project.start('logs', '--follow', '--tail', '1')
  await following.untilOutput(/(web \| still\n){3}/)
  following.signal('SIGINT')
  expect(await following.ended).toMatchObject({ exitCode: 130, stderr: '' })
  expect(await project.kindling('down')).toMatchObject({ exitCode: 0 })
})
