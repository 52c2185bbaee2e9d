import { existsSync, rmSync } from 'node:fs'
import { beforeAll, describe, expect, test } from 'vitest'
import { engineSnapshot, processesAppear, processesWith } from '../rig/engine-snapshot.ts'
import { Project, type RunningCommand } from '../rig/project.ts'
import { deployment, smallSystem } from '../rig/small-system.ts'

/** Long enough that no phase ends by itself; odd, so that the process can be told from all others. */
const forever = '98765'

const config = smallSystem()['kindling.yaml'] ?? ''

/** For each phase a system that stays in it, and what is printed when it has got there. */
const phases: readonly { phase: string; isReached: RegExp; files: Record<string, string> }[] = [
  {
    phase: 'making a base image',
    isReached: /pull:slow\s+started/,
    files: smallSystem({
      // The name can never be resolved (RFC 2606), so that the root file system is what is left.
      'kindling.yaml': config
        .replace(
          'images:',
          `images:\n  slow: { pull: registry.invalid/a/b:1, rootfs: [sleep, "${forever}"] }`,
        )
        .replace('args: {', 'needs: [slow], args: {'),
    }),
  },
  {
    phase: 'a build',
    isReached: /build:web\s+started/,
    files: smallSystem({
      Dockerfile: `ARG BASE\nFROM \${BASE}\nRUN echo first > /first\nRUN sleep ${forever}\n`,
    }),
  },
  {
    phase: 'a deployment',
    isReached: /deploy:web\s+started/,
    files: smallSystem({
      'web.yaml': deployment.replace(
        'containers:',
        `initContainers: [{ name: slow, image: small/web, command: [sleep, "${forever}"] }]\n      containers:`,
      ),
    }),
  },
  {
    phase: 'the wait for readiness',
    isReached: /ready:web\s+started/,
    files: smallSystem({
      'web.yaml': deployment.replace('httpGet: { port: 8080 }', 'exec: { command: ["false"] }'),
    }),
  },
]

/** Work is well under way when the program it waits in runs. */
async function underWay(phase: string, up: RunningCommand): Promise<void> {
  await processesAppear(phase === 'the wait for readiness' ? '/server.js' : `sleep ${forever}`, 1, up)
}

beforeAll(async () => {
  // The base image is kept from here on; it is no leftover of what follows.
  await using project = new Project(smallSystem())
  expect((await project.kindling('up')).exitCode).toBe(0)
  expect((await project.kindling('down')).exitCode).toBe(0)
})

describe.each(phases)('during $phase', ({ phase, isReached, files }) => {
  test('Ctrl-C ends in order, with exit code 130, and nothing is left', async () => {
    const before = engineSnapshot()
    await using project = new Project(files)
    const up = project.start('up')
    await up.until(isReached)
    await underWay(phase, up)
    up.signal('SIGINT')
    expect(await up.ended).toMatchObject({ exitCode: 130 })
    expect(engineSnapshot()).toEqual(before)
    expect(processesWith(`sleep ${forever}`)).toEqual([])
    expect(project.everything().filter((file) => /state\/environments\/.|\/tmp(\/|$)/.test(file))).toEqual([])
  })

  test('C10, E1: kill -9 followed by `kindling down` leaves nothing', async () => {
    const before = engineSnapshot()
    await using project = new Project(files)
    project.env = { KINDLING_REAPER: 'off' }
    const up = project.start('up')
    await up.until(isReached)
    await underWay(phase, up)
    up.signal('SIGKILL')
    await up.ended
    const status = await project.kindling('status')
    expect(status.stdout).toContain('crashed')
    const down = await project.kindling('down')
    expect(down).toMatchObject({ exitCode: 0 })
    expect(engineSnapshot()).toEqual(before)
    expect(processesWith(`sleep ${forever}`)).toEqual([])
    expect(project.everything().filter((file) => /state\/environments\/.|\/tmp(\/|$)/.test(file))).toEqual([])
  })
})

test('a repository that is removed with the process that was killed is not made again by who clears up', async () => {
  const { files, isReached, phase } = phases[1] as (typeof phases)[number]
  const before = engineSnapshot()
  await using project = new Project(files)
  const up = project.start('up')
  await up.until(isReached)
  await underWay(phase, up)
  up.signal('SIGKILL')
  rmSync(project.root, { recursive: true, force: true })
  await project.reaped()
  expect(existsSync(project.root)).toBe(false)
  expect(engineSnapshot()).toEqual(before)
})

test('kill -9 followed by `kindling gc` leaves nothing either', async () => {
  const { files, isReached, phase } = phases[1] as (typeof phases)[number]
  const before = engineSnapshot()
  await using project = new Project(files)
  project.env = { KINDLING_REAPER: 'off' }
  const up = project.start('up')
  await up.until(isReached)
  await underWay(phase, up)
  up.signal('SIGKILL')
  await up.ended
  expect(await project.kindling('gc')).toMatchObject({ exitCode: 0 })
  expect(engineSnapshot()).toEqual(before)
})

test('kill -9 followed by `kindling up` of the mended project works as if nothing had happened', async () => {
  const { files, isReached, phase } = phases[1] as (typeof phases)[number]
  const before = engineSnapshot()
  await using project = new Project(files)
  project.env = { KINDLING_REAPER: 'off' }
  const crashed = project.start('up')
  await crashed.until(isReached)
  await underWay(phase, crashed)
  crashed.signal('SIGKILL')
  await crashed.ended
  project.write('Dockerfile', smallSystem().Dockerfile ?? '')
  expect(await project.kindling('up')).toMatchObject({ exitCode: 0 })
  expect(processesWith(`sleep ${forever}`)).toEqual([])
  expect(await project.kindling('down')).toMatchObject({ exitCode: 0 })
  expect(engineSnapshot()).toEqual(before)
})

test('C10: kill -9 alone leaves nothing within moments, and the next command tells what became of it', async () => {
  const { files, isReached, phase } = phases[1] as (typeof phases)[number]
  const before = engineSnapshot()
  await using project = new Project(files)
  const up = project.start('up')
  await up.until(isReached)
  await underWay(phase, up)
  up.signal('SIGKILL')
  await up.ended
  // Whoever comes while the reaper is at work waits for it.
  const down = await project.kindling('down')
  expect(down).toMatchObject({ exitCode: 0 })
  expect(engineSnapshot()).toEqual(before)
  expect(processesWith(`sleep ${forever}`)).toEqual([])
  expect(project.everything().filter((file) => /state\/environments\/.|\/tmp(\/|$)/.test(file))).toEqual([])
})

test('C10: a second up that is killed leaves what was up before it', async () => {
  await using project = new Project(smallSystem())
  expect(await project.kindling('up', '--keep-for', '2h')).toMatchObject({ exitCode: 0 })
  const before = engineSnapshot()
  const { files } = phases[1] as (typeof phases)[number]
  project.write('Dockerfile', files.Dockerfile ?? '')
  const second = project.start('up')
  await second.until(/build:web\s+started/)
  await underWay('a build', second)
  second.signal('SIGKILL')
  await second.ended
  await project.reaped()
  expect(processesWith(`sleep ${forever}`)).toEqual([])
  const after = engineSnapshot()
  expect({ ...after, images: [] }).toEqual({ ...before, images: [] })
  const status = await project.kindling('status')
  expect(status.stdout).toMatch(/failed, on podman, created .* ago, kept for another (?:1h 59m|2h 00m)$/m)
  expect(status.stderr).toMatch(
    /`kindling up`, process \d+, was killed; .*what was up before stayed .*reaper\.log/,
  )
  expect(await project.kindling('gc')).toMatchObject({
    exitCode: 0,
    stderr: expect.stringContaining('kept environment'),
  })
  expect(await project.kindling('down')).toMatchObject({ exitCode: 0 })
})

test('while one process works on an environment, another is told so and changes nothing', async () => {
  const { files, isReached, phase } = phases[1] as (typeof phases)[number]
  await using project = new Project(files)
  const up = project.start('up')
  await up.until(isReached)
  await underWay(phase, up)
  for (const command of ['up', 'down']) {
    const { exitCode, stderr } = await project.kindling(command)
    expect({ command, exitCode }).toEqual({ command, exitCode: 3 })
    expect(stderr).toMatch(/E_ENVIRONMENT_BUSY[\s\S]*`kindling up`, process \d+, since \d\d:\d\d:\d\d/)
  }
  up.signal('SIGINT')
  await up.ended
})

test('Ctrl-C in a second up leaves what was up before it as it was', async () => {
  await using project = new Project(smallSystem())
  expect(await project.kindling('up')).toMatchObject({ exitCode: 0 })
  const before = engineSnapshot()
  const { files } = phases[1] as (typeof phases)[number]
  project.write('Dockerfile', files.Dockerfile ?? '')
  const second = project.start('up')
  await second.until(/build:web\s+started/)
  await underWay('a build', second)
  second.signal('SIGINT')
  expect(await second.ended).toMatchObject({ exitCode: 130 })
  const after = engineSnapshot()
  expect({ ...after, images: [] }).toEqual({ ...before, images: [] })
  expect(after.images).toEqual(expect.arrayContaining([...before.images]))
  project.write('Dockerfile', smallSystem().Dockerfile ?? '')
  const third = await project.kindling('up')
  expect(third).toMatchObject({ exitCode: 0 })
  expect(third.stderr).toMatch(/deploy:web\s+reused/)
  expect(await project.kindling('down')).toMatchObject({ exitCode: 0 })
})
