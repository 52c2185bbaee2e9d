import { cpSync, existsSync, realpathSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { engineSnapshot, processesWith } from '../rig/engine-snapshot.ts'
import { Project } from '../rig/project.ts'
import { smallSystem } from '../rig/small-system.ts'

const example = join(import.meta.dirname, '../../examples/runners')

/** The one the example opens its page in. */
const hasChromium = existsSync('/usr/bin/chromium')

const runners = {
  vitest: { command: ['vitest/vitest.mjs', 'run'], passed: /Tests .*3 passed/ },
  jest: { command: ['jest/bin/jest.js'], passed: /Tests: +3 passed/ },
  playwright: hasChromium
    ? { command: ['@playwright/test/cli.js', 'test'], passed: /3 passed/ }
    : { command: ['@playwright/test/cli.js', 'test', 'notes.spec'], passed: /2 passed/ },
} as const

type Runner = keyof typeof runners

/** A copy of the example, with the packages that are installed in it. */
function copyOfExample(): Project {
  const project = new Project({})
  const isSource = (path: string) => !/\/(node_modules|\.kindling|test-results)(\/|$)/.test(path)
  cpSync(example, project.root, { recursive: true, dereference: true, filter: isSource })
  for (const runner of Object.keys(runners)) {
    symlinkSync(join(example, runner, 'node_modules'), join(project.root, runner, 'node_modules'))
  }
  return project
}

function start(project: Project, runner: Runner) {
  const [program, ...args] = runners[runner].command
  return project.node([realpathSync(join(example, runner, 'node_modules', program)), ...args], runner)
}

beforeAll(async () => {
  // The base image is kept from here on; it is no leftover of what follows.
  await using project = new Project(smallSystem())
  expect(await project.kindling('build', '--cleanup')).toMatchObject({ exitCode: 0 })
})

describe('the examples of test runners', () => {
  test.each(Object.keys(runners) as Runner[])(
    '%s: one environment for all workers, and then none',
    async (runner) => {
      const before = engineSnapshot()
      await using project = copyOfExample()
      const { exitCode, stdout, stderr } = await start(project, runner).ended
      expect({ exitCode, stdout, stderr }).toMatchObject({ exitCode: 0 })
      expect(stdout + stderr).toMatch(runners[runner].passed)
      expect(stderr.match(/^e2e is up/gm)).toHaveLength(1)
      expect(engineSnapshot()).toEqual(before)
    },
  )
})

test('under `kindling test` a setup takes the environment that is there', async () => {
  await using project = copyOfExample()
  const { exitCode, stderr } = await project.kindling('test')
  expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 })
  expect(stderr).toMatch(/Tests .*3 passed/)
  expect(stderr).not.toContain('e2e is up')
})

test.each(['SIGINT', 'SIGKILL'] as const)('a runner that is ended by %s leaves nothing', async (signal) => {
  const before = engineSnapshot()
  await using project = copyOfExample()
  project.write(
    'vitest/e2e/endless.test.js',
    `import { test } from 'vitest'
    test('endless', () => { console.error('endless test'); return new Promise(() => setInterval(() => {}, 1000)) }, 600_000)`,
  )
  const running = start(project, 'vitest')
  await running.until(/endless test/)
  running.signal(signal)
  // Its output ends with the last process that writes to it: the one that takes the environment down.
  expect((await running.ended).stderr).toMatch(/e2e was taken down/)
  expect(engineSnapshot()).toEqual(before)
  expect(processesWith(project.root)).toEqual([])
})

test('E5: by KINDLING_KEEP=on-failure an environment whose tests have failed is kept', async () => {
  await using project = copyOfExample()
  project.env = { KINDLING_KEEP: 'on-failure' }
  project.write('jest/e2e/wrong.test.js', `test('wrong', () => { throw new Error('wrong') })`)
  const failed = await start(project, 'jest').ended
  expect(failed).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('e2e is kept') })
})
