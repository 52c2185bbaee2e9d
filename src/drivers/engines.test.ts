import { expect, onTestFinished, test, vi } from 'vitest'
import { type FakeAnswer, FakeExec } from '../../test/rig/fake-exec.ts'
import { type OpenEngineOptions, openEngine } from './engines.ts'
import { probeExitCode } from './podman/probe-program.ts'

const options: OpenEngineOptions = {
  memory: { confFile: '/nowhere/containers.conf', read: () => undefined, write: () => {} },
  rules: { baseImages: () => [], ignoreFileOf: () => undefined, contextFiles: () => [] },
}

interface Machine {
  readonly podman?: 'works' | 'breaks'
  readonly docker?: 'works' | 'breaks'
}

/** A machine with these engines. */
function machine({ podman, docker }: Machine): FakeExec {
  return new FakeExec(({ program, args }) => {
    if (program === 'podman') return podman === undefined ? undefined : answerOfPodman(args, podman)
    if (docker === undefined) return undefined
    return docker === 'works' ? { stdout: '{"Version":"28.2.2"}' } : { exitCode: 1, stderr: 'no daemon' }
  })
}

function answerOfPodman([verb]: readonly string[], behaviour: 'works' | 'breaks'): FakeAnswer {
  if (verb === '--version') return { stdout: 'podman version 4.3.1' }
  if (verb === 'info') return { stdout: 'netavark true' }
  if (verb === 'run') return behaviour === 'works' ? { exitCode: probeExitCode } : { exitCode: 126 }
  return {}
}

/** What was opened, and what was refused with which code. */
async function outcomeOf(machineHas: Machine, preference?: 'podman' | 'docker') {
  const { opened, refused } = await openEngine(machine(machineHas), { ...options, preference })
  return [opened?.name, ...refused.map(({ name, problem }) => `${name}: ${problem.code}`)]
}

test('podman comes first, docker where podman cannot be used', async () => {
  expect(await outcomeOf({ podman: 'works', docker: 'works' })).toEqual(['podman'])
  expect(await outcomeOf({ docker: 'works' })).toEqual(['docker', 'podman: E_ENGINE_NOT_FOUND'])
  expect(await outcomeOf({ podman: 'breaks', docker: 'works' })).toEqual([
    'docker',
    'podman: E_ENGINE_UNUSABLE',
  ])
})

test('where there is none, each says why', async () => {
  expect(await outcomeOf({ docker: 'breaks' })).toEqual([
    undefined,
    'podman: E_ENGINE_NOT_FOUND',
    'docker: E_ENGINE_UNUSABLE',
  ])
})

test('I6: the engine that is asked for is used or refused, and no other taken for it', async () => {
  expect(await outcomeOf({ podman: 'works', docker: 'works' }, 'docker')).toEqual(['docker'])
  expect(await outcomeOf({ podman: 'works' }, 'docker')).toEqual([undefined, 'docker: E_ENGINE_NOT_FOUND'])
})

test('the opened engine is one for images, under its own name', async () => {
  for (const name of ['podman', 'docker'] as const) {
    const { opened } = await openEngine(machine({ [name]: 'works' }), { ...options, preference: name })
    expect(opened?.engine.name).toBe(name)
  }
})

test('a podman on another machine that cannot be used is refused with its address', async () => {
  vi.stubEnv('CONTAINER_HOST', 'ssh://build/run/podman.sock')
  onTestFinished(() => void vi.unstubAllEnvs())
  const { refused } = await openEngine(machine({ podman: 'breaks' }), { ...options, preference: 'podman' })
  expect(refused[0]?.problem.message).toContain('ssh://build/run/podman.sock')
  expect(refused[0]?.problem.hint).toContain('CONTAINER_HOST')
})
