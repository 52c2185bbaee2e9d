import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test, vi } from 'vitest'
import { readEvents } from '../../src/reporters/ndjson.ts'
import { engineSnapshot, processesWith } from '../rig/engine-snapshot.ts'
import type { Ended, Project } from '../rig/project.ts'
import { kindProject, kindSystem, missingRig, onRig } from './rig.ts'

interface HandOver {
  readonly id: string
  readonly run: string
  readonly variables: Readonly<Record<string, string>>
  readonly images: Readonly<Record<string, { readonly reference: string }>>
}

/** The network of all clusters is kind's own, and stays where somebody else's cluster had it before. */
function snapshot() {
  const { networks, ...rest } = engineSnapshot()
  return { ...rest, networks: networks.filter((name) => name !== 'kind') }
}

function handOverOf(ended: Ended): HandOver {
  expect(ended, ended.stderr).toMatchObject({ exitCode: 0 })
  return JSON.parse(ended.stdout) as HandOver
}

/** What the service answers; kube-proxy may be a moment behind the pods that it leads to (R8). */
async function expectAnswer({ variables }: HandOver, wanted: object): Promise<void> {
  await vi.waitFor(
    async () => {
      const answer = await fetch(`${variables.KINDLING_WEB_API_URL}/x`, { headers: { connection: 'close' } })
      expect(await answer.json()).toMatchObject(wanted)
    },
    { timeout: 15_000, interval: 200 },
  )
}

const upJson = (project: Project, ...args: readonly string[]) =>
  project.kindling('up', '--output', 'json', ...args).then(handOverOf)

/** Everything in the state directory but what is no environment's. */
function stateOf(project: Project): string[] {
  return readdirSync(join(project.stateDirectory, 'environments'))
}

describe.skipIf(missingRig !== undefined)(onRig('environments on Kind'), () => {
  beforeAll(async () => {
    // The base image is kept from here on; it is no leftover of what follows.
    await using project = kindProject()
    expect(await project.kindling('build', '--cleanup')).toMatchObject({ exitCode: 0 })
  })

  test('C6: one comes up, is changed and goes; the kubeconfig of the user is never touched', async () => {
    const before = snapshot()
    await using project = kindProject()
    const home = join(project.root, '..', 'home')
    const own = join(home, '.kube', 'config')
    mkdirSync(join(home, '.kube'), { recursive: true })
    writeFileSync(own, 'current-context: mine\n')
    project.env = { ...project.env, KUBECONFIG: own }

    const first = await upJson(project)
    await expectAnswer(first, { path: '/x', greeting: 'hello' })
    expect(first.variables.KUBECONFIG).toContain(join('environments', 'e2e', 'kubeconfig'))
    expect((await project.kindling('status')).stdout).toMatch(
      /on kind.*\n.*\n {2}web\.api {2}127\.0\.0\.1:\d+/,
    )

    // Its image was on its way into the node before the cluster was ready.
    const runDirectory = join(project.root, '.kindling', 'runs', first.run)
    const events = await readEvents(join(runDirectory, 'events.ndjson'))
    const indexOf = (type: string, task: string) =>
      events.findIndex((event) => event.type === type && 'task' in event && event.task === task)
    expect(indexOf('task-started', 'load:web')).toBeGreaterThan(-1)
    expect(indexOf('task-started', 'load:web')).toBeLessThan(indexOf('task-finished', 'cluster:kind'))

    // Nothing has changed, so nothing is done.
    const second = await project.kindling('up', '--output', 'json')
    expect(handOverOf(second).variables.KINDLING_WEB_API_URL).toBe(first.variables.KINDLING_WEB_API_URL)
    for (const task of ['cluster:kind', 'build:web', 'load:web', 'deploy:web']) {
      expect(second.stderr).toMatch(new RegExp(`^${task} .*reused$`, 'm'))
    }

    // One manifest has changed: it is applied, and the image is neither built nor loaded again.
    project.write('web.yaml', (kindSystem()['web.yaml'] ?? '').replace('value: hello', 'value: good morning'))
    const third = await project.kindling('up', '--output', 'json')
    await expectAnswer(handOverOf(third), { greeting: 'good morning' })
    expect(third.stderr).toMatch(/^load:web .*reused$/m)
    expect(third.stderr).toMatch(/^deploy:web .*succeeded$/m)

    // I15: a new image is what the node runs then, and the old one is not left in it.
    project.write('server.js', (kindSystem()['server.js'] ?? '').replace('path:', 'isNew: true, path:'))
    const fourth = await upJson(project)
    await expectAnswer(fourth, { isNew: true })
    const images = execFileSync('podman', ['exec', `${fourth.id}-control-plane`, 'crictl', 'images'], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    const tagOf = ({ images: all }: HandOver) => all.web?.reference.split(':').at(-1) ?? ''
    expect(images).toContain(tagOf(fourth))
    expect(images).not.toContain(tagOf(first))

    // Images can be loaded without anything else.
    project.write('server.js', '// another\n')
    const loaded = await project.kindling('load', 'web')
    expect(loaded, loaded.stderr).toMatchObject({ exitCode: 0 })
    expect(loaded.stderr).toMatch(/^load:web .*succeeded$/m)
    expect((await project.kindling('build', '--cleanup', '--load')).stderr).toMatch(/^load:web .*reused$/m)

    const down = await project.kindling('down')
    expect(down, down.stderr).toMatchObject({ exitCode: 0 })
    const built = loaded.stdout.trim().split(/\s+/).at(-1) ?? ''
    execFileSync('podman', ['rmi', built], { stdio: 'ignore' })
    expect(snapshot()).toEqual(before)
    expect(stateOf(project)).toEqual([])
    expect(readFileSync(join(project.stateDirectory, 'ports.json'), 'utf8').trim()).toBe('[]')
    expect(createHash('sha256').update(readFileSync(own)).digest('hex')).toBe(
      createHash('sha256').update('current-context: mine\n').digest('hex'),
    )
    expect(readdirSync(join(home, '.kube'))).toEqual(['config'])
  })

  test('C11, P1: two come up at once with all of their own; without the one the other goes on', async () => {
    const before = snapshot()
    await using one = kindProject()
    await using two = kindProject()
    const [first, second] = await Promise.all([upJson(one), upJson(two)])
    for (const variable of ['KINDLING_WEB_API_PORT', 'KUBECONFIG']) {
      expect(first.variables[variable]).not.toBe(second.variables[variable])
    }
    expect(first.images.web?.reference).not.toBe(second.images.web?.reference)
    expect(await one.kindling('down')).toMatchObject({ exitCode: 0 })
    await expectAnswer(second, { greeting: 'hello' })
    expect(await two.kindling('down')).toMatchObject({ exitCode: 0 })
    expect(snapshot()).toEqual(before)
  })

  test.each([
    ['while the cluster is made', /cluster:kind\s+\| .*Starting control-plane|cluster:kind\s+started/, 8_000],
    ['while images are loaded', /load:web\s+started/, 0],
    ['while it waits for a service', /ready:web\s+started/, 0],
  ])('C10: after a kill -9 %s, nothing of it is left', async (_, isReached, afterMs) => {
    const before = snapshot()
    await using project = kindProject()
    const up = project.start('up')
    await up.until(isReached)
    await new Promise((resolve) => setTimeout(resolve, afterMs))
    up.signal('SIGKILL')
    await up.ended
    await project.reaped()
    const gc = await project.kindling('gc')
    expect(gc, gc.stderr).toMatchObject({ exitCode: 0 })
    expect(snapshot()).toEqual(before)
    expect(stateOf(project)).toEqual([])
    expect(processesWith(project.root)).toEqual([])
  })

  test('Ctrl-C while the cluster is made leaves nothing', async () => {
    const before = snapshot()
    await using project = kindProject()
    const up = project.start('up')
    await up.until(/build:web\s+succeeded/)
    up.signal('SIGINT')
    expect(await up.ended).toMatchObject({ exitCode: 130 })
    expect(snapshot()).toEqual(before)
    expect(stateOf(project)).toEqual([])
  })
})
