import { expect, onTestFinished, test, vi } from 'vitest'
import { FakeExec, type FakePrograms } from '../../../test/rig/fake-exec.ts'
import { CommandError } from '../../exec/command-error.ts'
import { Docker } from './docker.ts'

/** A docker that shows the help of BuildKit where its environment lets it use it. */
const withBuildKit: FakePrograms = ({ env }) => ({
  stdout: env?.DOCKER_BUILDKIT === '1' ? 'Usage:\n  --progress string' : 'Usage:\n  --file string',
})

test('the settings go with every call, and what a call sets comes before them', async () => {
  const exec = new FakeExec()
  const docker = new Docker(exec, { program: '/opt/docker', env: { DOCKER_HOST: 'tcp://build:2375' } })
  await docker.run(['ps'])
  await docker.run(['build'], { env: { DOCKER_HOST: 'unix:///other', DOCKER_BUILDKIT: '1' } })
  expect(exec.commands).toMatchObject([
    { program: '/opt/docker', args: ['ps'], env: { DOCKER_HOST: 'tcp://build:2375' } },
    { env: { DOCKER_HOST: 'unix:///other', DOCKER_BUILDKIT: '1' } },
  ])
})

test('BuildKit is found by its options, and asked for once', async () => {
  vi.stubEnv('DOCKER_BUILDKIT', undefined)
  onTestFinished(() => void vi.unstubAllEnvs())
  const exec = new FakeExec(withBuildKit)
  const docker = new Docker(exec)
  expect(await docker.builder()).toBe('buildkit')
  expect(await docker.builder()).toBe('buildkit')
  expect(exec.lines).toEqual(['docker build --help'])
})

test('who does not want BuildKit does not get it', async () => {
  const docker = new Docker(new FakeExec(withBuildKit), { env: { DOCKER_BUILDKIT: '0' } })
  expect(await docker.builder()).toBe('legacy')
})

test('a docker that refuses BuildKit for want of its plugin has the legacy builder', async () => {
  const stderr = 'ERROR: BuildKit is enabled but the buildx component is missing or broken.'
  expect(await new Docker(new FakeExec(() => ({ exitCode: 1, stderr }))).builder()).toBe('legacy')
})

test('an answer that was cut short is none', async () => {
  const answers = [{ reason: 'cancelled' as const }, { stdout: '--progress' }]
  const docker = new Docker(new FakeExec(() => answers.shift()))
  await expect(docker.builder()).rejects.toBeInstanceOf(CommandError)
  expect(await docker.builder()).toBe('buildkit')
})
