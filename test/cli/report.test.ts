import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { RunEvent } from '../../src/engine/events.ts'
import { Project } from '../rig/project.ts'
import { failedRun } from '../rig/sample-run.ts'

const older = '20300101-100000-aaaaaa'
const newer = '20300101-110000-bbbbbb'

function linesOf(run: string, events: readonly RunEvent[]): string {
  const own = events.map((event) => (event.type === 'run-started' ? { ...event, run } : event))
  return own.map((event) => `${JSON.stringify(event)}\n`).join('')
}

/** A project with two runs, of which the newer one was killed: its events end within a line. */
async function projectWithRuns(): Promise<Project> {
  const events = await failedRun()
  const killed = linesOf(
    newer,
    events.filter(({ at }) => at < 43_000),
  )
  return new Project({
    [`.kindling/runs/${older}/events.ndjson`]: linesOf(older, events),
    [`.kindling/runs/${newer}/events.ndjson`]: killed.slice(0, -9),
  })
}

test('the newest run is told, as far as it went before it was killed', async () => {
  await using project = await projectWithRuns()
  const { exitCode, stdout, stderr } = await project.kindling('report')
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
  expect(stdout).toMatch(new RegExp(`^${newer}, up gateway, hybrid: did not finish, told up to 42\\.0s`))
  expect(stdout).toContain('Critical path')
})

test('the runs that there are, newest first, with how they ended', async () => {
  await using project = await projectWithRuns()
  const { stdout } = await project.kindling('report', '--list')
  expect(stdout).toMatchInlineSnapshot(`
    "run                     started (UTC)     command  environment  outcome       duration
    20300101-110000-bbbbbb  2030-01-01 00:00  up       gateway      not finished         -
    20300101-100000-aaaaaa  2030-01-01 00:00  up       gateway      failed          1m 49s
    "
  `)
})

test('an unknown run is refused with what there is', async () => {
  await using project = await projectWithRuns()
  const { exitCode, stdout, stderr } = await project.kindling('report', 'nowhere')
  expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' })
  expect(stderr).toContain('E_RUN_NOT_FOUND')
  expect(stderr).toContain(`runs here: ${newer}, ${older}`)
})

test('without any run it says how to come by one', async () => {
  await using project = new Project({})
  expect(await project.kindling('report')).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining('there are no runs here'),
  })
})

test('what is no events file is refused, and nothing is written', async () => {
  await using project = await projectWithRuns()
  project.write('other.ndjson', '{"a":1}\n')
  project.write('empty.ndjson', '')
  for (const file of ['other.ndjson', 'empty.ndjson']) {
    const { exitCode, stderr } = await project.kindling('report', file, '--output', 'out.html')
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('E_RUN_FILE') })
  }
  expect(project.everything().filter((path) => path.endsWith('out.html'))).toEqual([])
})

test.each([
  ['html', (text: string) => expect(text).toMatch(/^<!doctype html>/)],
  ['markdown', (text: string) => expect(text).toContain('### Critical path')],
  ['json', (text: string) => expect(JSON.parse(text)).toMatchObject({ run: older, outcome: 'failed' })],
  ['trace', (text: string) => expect(JSON.parse(text)).toHaveProperty('traceEvents')],
  ['otlp', (text: string) => expect(JSON.parse(text)).toHaveProperty('resourceSpans')],
] as const)('a run as %s', async (format, check) => {
  await using project = await projectWithRuns()
  const { exitCode, stdout, stderr } = await project.kindling('report', 'aaaaaa', '--format', format)
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
  check(stdout)
})

test('a file is written in the format that its name asks for, for its owner alone', async () => {
  await using project = await projectWithRuns()
  const { exitCode, stdout } = await project.kindling('report', older, '-o', 'out.md', '--compare', newer)
  expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: '' })
  const file = join(project.root, 'out.md')
  expect(readFileSync(file, 'utf8')).toContain(`### Compared with ${newer}, up gateway, hybrid`)
  expect(statSync(file).mode & 0o777).toBe(0o600)
  const unwritten = await project.kindling('report', '-o', 'nowhere/out.md')
  expect(unwritten.exitCode).toBe(2)
  expect(unwritten.stderr).toContain(
    `cannot write the report to ${project.root}/nowhere/out.md: there is no directory ${project.root}/nowhere\n`,
  )
  const mistyped = await project.kindling('report', '--file', 'nowhere/kindling.yaml')
  expect(mistyped.exitCode).toBe(2)
  expect(mistyped.stderr).toMatch(/E_CONFIG_NOT_FOUND\n {2}cannot read .*nowhere\/kindling\.yaml/)
})

test('a percentage of regression that is none is refused', async () => {
  await using project = new Project({})
  for (const wrong of ['0%', 'much', '-5']) {
    expect(await project.kindling('up', `--fail-on-regression=${wrong}`)).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('for example 20%'),
    })
  }
})
