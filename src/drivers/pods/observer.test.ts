import { expect, test } from 'vitest'
import { FakeExec } from '../../../test/rig/fake-exec.ts'
import { transcript } from '../../../test/rig/transcript.ts'
import { Podman } from '../podman/podman.ts'
import { PodObserver } from './observer.ts'

const owner = { 'dev.kindling.environment': 'tt-env-1a2b3c' }

/** A podman that says what the real one said when three pods were so; containers by name from all inspections. */
function recorded(pods: 'created' | 'running' | 'stopped', inspections: readonly string[]): PodObserver {
  const known = inspections.flatMap(
    (name) => JSON.parse(transcript(`container-inspect-${name}.json`)) as { readonly Name: string }[],
  )
  const exec = new FakeExec(({ args: [noun, , ...rest] }) => {
    if (noun === 'pod') return { stdout: transcript(`pod-ps-${pods}.json`) }
    const found = known.filter(({ Name }) => rest.includes(Name))
    return { stdout: JSON.stringify(found), exitCode: found.length === rest.length ? 0 : 125 }
  })
  return new PodObserver(new Podman(exec), owner)
}

async function intact(observer: PodObserver): Promise<Record<string, boolean>> {
  const pods = await observer.pods(undefined, {})
  return Object.fromEntries(pods.map(({ service, isIntact }) => [service, isIntact]))
}

test('a pod that was made but not started is not intact', async () => {
  expect(await intact(recorded('created', []))).toEqual({ web: false })
})

test('what runs is intact, init containers and Jobs that ended well as well, and what failed is not', async () => {
  expect(await intact(recorded('running', ['running', 'ended']))).toEqual({
    web: true,
    migrate: true,
    broken: false,
  })
})

test('a pod that was stopped is not intact, though all in it ended well; a Job that is done still is', async () => {
  expect(await intact(recorded('stopped', ['stopped', 'ended']))).toEqual({
    web: false,
    migrate: true,
    broken: false,
  })
})

test('pods are told with their service and hash, on demand of one service alone', async () => {
  const observer = recorded('running', ['running', 'ended'])
  expect(await observer.pods('web', {})).toEqual([
    { name: 'tt-env-1a2b3c-web', service: 'web', hash: 'aaaa', isIntact: true },
  ])
})

test('containers are told with their ports on the host; one that does not exist is left out', async () => {
  const observer = recorded('running', ['running'])
  const [container, ...more] = await observer.containers(
    ['tt-env-1a2b3c-web_app', 'tt-env-1a2b3c-missing'],
    {},
  )
  expect(more).toEqual([])
  expect(container).toMatchObject({ status: 'running', exitCode: 0, restartPolicy: 'always', restarts: 0 })
  expect([...(container?.hostPorts ?? [])]).toEqual([
    [8080, 20_111],
    [9090, expect.any(Number)],
  ])
})

test('restarts and exit codes are told as podman has them', async () => {
  const [broken] = await recorded('running', ['ended']).containers(['tt-env-1a2b3c-broken_app'], {})
  expect(broken).toMatchObject({ status: 'exited', exitCode: 3, restarts: 1, isOutOfMemory: false })
})

/** A podman that says what it was asked to say of one container, once for each inspection. */
function saying(
  ...states: readonly { readonly Status: string; readonly Pid: number; readonly ConmonPid: number }[]
) {
  const answers = [...states]
  const exec = new FakeExec(() => {
    const State = { ...(answers.length > 1 ? answers.shift() : answers[0]), ExitCode: 0 }
    return { stdout: JSON.stringify([{ Name: 'tt-env-1a2b3c-web_app', State }]) }
  })
  return new PodObserver(new Podman(exec), owner, (pid) => pid < 100)
}

test.each([
  ['whose processes are gone', [{ Status: 'running', Pid: 1, ConmonPid: 2 }], 'lost'],
  ['that nobody watches, and that still runs', [{ Status: 'running', Pid: 101, ConmonPid: 2 }], 'running'],
  ['that is being ended', [{ Status: 'running', Pid: 1, ConmonPid: 102 }], 'running'],
  [
    'that ended while it was looked at',
    [
      { Status: 'running', Pid: 1, ConmonPid: 2 },
      { Status: 'exited', Pid: 0, ConmonPid: 0 },
    ],
    'running',
  ],
] as const)('of a container %s', async (_, states, status) => {
  const [container] = await saying(...states).containers(['tt-env-1a2b3c-web_app'], {})
  expect(container?.status).toBe(status)
})
