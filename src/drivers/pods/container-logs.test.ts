import { expect, test } from 'vitest'
import { FakeExec } from '../../../test/rig/fake-exec.ts'
import { MemoryFolder } from '../../../test/rig/memory-folder.ts'
import type { LogSelection } from '../container-logs.ts'
import { Podman } from '../podman/podman.ts'
import { PodLogs } from './container-logs.ts'
import { podEvidence } from './pod-evidence.ts'

const environment = 'shop-e2e-02f81e'
const neverEnded = '0001-01-01T00:00:00Z'
const running = {
  Name: `${environment}-web_app`,
  RestartCount: 0,
  State: { Status: 'running', ExitCode: 0, StartedAt: '2030-01-01T00:00:10.1Z', FinishedAt: neverEnded },
  Config: { Labels: { 'dev.kindling.service': 'shop' }, Env: ['PASSWORD=hush'] },
  HostConfig: { RestartPolicy: { Name: 'always', MaximumRetryCount: 0 } },
}
const restarted = {
  ...running,
  RestartCount: 2,
  State: {
    ...running.State,
    Status: 'exited',
    ExitCode: 137,
    OOMKilled: true,
    FinishedAt: '2030-01-01T00:00:10Z',
  },
}

function setUp(...containers: readonly object[]) {
  const names = containers.map((of) => (of as typeof running).Name)
  const exec = new FakeExec(({ args }) => {
    if (args[0] === 'ps' && args.includes('{{.Names}}'))
      return { stdout: [`${environment}-web__infra`, ...names].join('\n') }
    if (args[0] === 'ps') return { stdout: 'CONTAINER ID\nabc' }
    if (args[0] === 'container') return { stdout: JSON.stringify(containers) }
    if (args[0] === 'network') return { exitCode: 125, stderr: 'no such network' }
    return {
      stdout: '2030-01-01T00:00:09Z old\n2030-01-01T00:00:12Z out\nno time\n',
      stderr: '2030-01-01T00:00:11Z err\n',
    }
  })
  const podman = new Podman(exec)
  const logs = new PodLogs(podman, environment)
  const read = async (selection: LogSelection) => {
    const [container] = await logs.containers({})
    const lines: string[] = []
    if (container !== undefined)
      await logs.read(container, selection, ({ text }) => void lines.push(text), {})
    return { lines, asked: exec.lines.filter((line) => line.startsWith('podman logs')) }
  }
  return { logs, podman, read }
}

test('containers are known by their labels and names; those that hold pods together are none', async () => {
  const { logs } = setUp(running)
  expect(await logs.containers({})).toEqual([
    {
      ...{ service: 'shop', pod: 'web', container: 'app', isSystem: false, state: 'running' },
      ...{ hasPrevious: false, startedAt: '2030-01-01T00:00:10.1Z' },
      run: `${environment}-web_app 2030-01-01T00:00:10.1Z`,
    },
  ])
})

test.each([
  ['created', 'always', 0, 0, 'waiting'],
  ['exited', 'always', 0, 0, 'waiting'],
  ['exited', 'on-failure', 1, 0, 'waiting'],
  ['exited', 'on-failure', 1, 3, 'ended'],
  ['exited', 'on-failure', 0, 0, 'ended'],
  ['exited', 'no', 1, 0, 'ended'],
])('one that is %s, with the policy %s, exit code %i and %i restarts, is %s', async (...given) => {
  const [Status, Name, ExitCode, RestartCount, state] = given
  const { logs } = setUp({
    ...running,
    RestartCount,
    State: { ...running.State, Status, ExitCode },
    HostConfig: { RestartPolicy: { Name, MaximumRetryCount: 3 } },
  })
  expect(await logs.containers({})).toMatchObject([{ state }])
})

test('both of its streams are read, by time', async () => {
  const { lines, asked } = await setUp(running).read({ tail: 5 })
  expect(lines).toEqual(['old', 'err', 'out'])
  expect(asked).toEqual([`podman logs --timestamps --tail 5 ${environment}-web_app`])
})

test('of one that was restarted, its last run and what was before are told apart', async () => {
  const now = await setUp(restarted).read({})
  expect(now.lines).toEqual(['err', 'out'])
  expect(now.asked).toEqual([
    `podman logs --timestamps --since 2030-01-01T00:00:10.050Z ${environment}-web_app`,
  ])
  const before = await setUp(restarted).read({ isPrevious: true, tail: 1 })
  expect(before.lines).toEqual(['old'])
  expect(before.asked).toEqual([`podman logs --timestamps ${environment}-web_app`])
})

test('what goes on is told as it comes', async () => {
  const { lines, asked } = await setUp(running).read({ isFollowing: true, since: '2030-01-01T00:00:00Z' })
  expect(lines).toEqual(['old', 'out', 'err'])
  expect(asked).toEqual([
    `podman logs --timestamps --follow --since 2030-01-01T00:00:00Z ${environment}-web_app`,
  ])
})

test('the state of each container is written without secrets, and what is wrong with it is noted', async () => {
  const folder = new MemoryFolder()
  const { podman } = setUp(restarted)
  await podEvidence(podman, environment).collect(folder, {
    signal: new AbortController().signal,
    timeoutMs: 1_000,
  })
  expect(folder.paths).toEqual(['containers.txt', 'pods/web/app.yaml'])
  expect(folder.text('pods/web/app.yaml')).toContain('PASSWORD=***')
  expect(folder.notes).toEqual([
    'container web/app was restarted 2 times, and has ended with exit code 137 (it was killed for lack of memory)',
  ])
})
