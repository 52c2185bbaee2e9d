import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { engineSnapshot } from '../rig/engine-snapshot.ts'
import { Project } from '../rig/project.ts'
import { smallSystem } from '../rig/small-system.ts'

beforeAll(async () => {
  // The base image is kept from here on; it is no leftover of what follows.
  await using project = new Project(smallSystem())
  expect(await project.kindling('build', '--cleanup')).toMatchObject({ exitCode: 0 })
})

test('strategies are measured on the same work, from every state; then nothing of it is left', async () => {
  const before = engineSnapshot()
  await using project = new Project(smallSystem())
  const file = join(project.root, 'server.js')
  const { mtimeMs } = statSync(file)
  const bench = ['bench', '--rounds', '1', '--strategies', 'hybrid,pipelined', '--output', 'json'] as const
  const { exitCode, stdout, stderr } = await project.kindling(...bench, '--change', 'server.js')
  expect(exitCode, stderr).toBe(0)
  const { measurements, work, provider } = JSON.parse(stdout)
  expect(provider).toBe('podman')
  expect(Object.keys(work)).toEqual(['cold', 'warm', 'changed'])
  expect(measurements.map((one: Record<string, unknown>) => [one.strategy, one.state])).toEqual(
    ['hybrid', 'pipelined'].flatMap((strategy) =>
      ['cold', 'warm', 'changed'].map((state) => [strategy, state]),
    ),
  )
  for (const { state, reused, totalMs, lowerBoundMs } of measurements) {
    expect(reused.includes('build:web')).toBe(state === 'warm')
    expect(lowerBoundMs).toBeLessThanOrEqual(totalMs)
  }
  expect(readFileSync(file, 'utf8')).toBe(smallSystem()['server.js'])
  expect(statSync(file).mtimeMs).toBeCloseTo(mtimeMs, -1)
  expect(engineSnapshot()).toEqual(before)

  // Not into the build's context: the image would be another.
  project.write('base/before.json', stdout)
  const compared = await project.kindling(
    'bench',
    '--rounds',
    '1',
    '--states',
    'warm',
    '--compare',
    'base/before.json',
  )
  expect(compared, compared.stderr).toMatchObject({ exitCode: 0 })
  expect(compared.stdout).toMatch(/^warm +pipelined .*\d\.\d\d$/m)
  expect(compared.stdout).toMatch(/before +now +ratio$/m)
  expect(engineSnapshot()).toEqual(before)
})

test('a run that fails ends it with the cause, and takes the environment down', async () => {
  const before = engineSnapshot()
  await using project = new Project(
    smallSystem({ Dockerfile: 'ARG BASE\nFROM ${BASE}\nRUN echo no >&2; exit 9\n' }),
  )
  const { exitCode, stdout, stderr } = await project.kindling('bench', '--rounds', '2')
  expect(exitCode).toBe(1)
  expect(stdout).toBe('')
  expect(stderr).toContain('Dockerfile:3')
  expect(stderr.match(/round/g)).toHaveLength(1)
  expect(engineSnapshot()).toEqual(before)
})

test('what cannot be measured or compared is refused before anything happens', async () => {
  await using project = new Project(smallSystem({ 'other.json': '{}' }))
  for (const [args, words] of [
    [['--states', 'changed'], '--change FILE'],
    [['--change', 'nowhere.js'], 'nowhere.js'],
    [['--compare', 'other.json'], 'not the result of a benchmark'],
    [['--strategies', 'fastest'], 'serial, standard, hybrid, pipelined'],
    [['--rounds', '0'], 'at least 1'],
  ] as const) {
    const { exitCode, stderr } = await project.kindling('bench', ...args)
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 2, stderr: expect.stringContaining(words) })
  }
  expect(await project.kindling('status')).toMatchObject({ stdout: '' })
})
