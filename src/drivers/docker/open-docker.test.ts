import { expect, test } from 'vitest'
import { type FakeAnswer, FakeExec } from '../../../test/rig/fake-exec.ts'
import { CommandError } from '../../exec/command-error.ts'
import { openDocker } from './open-docker.ts'

/** A docker that answers the question for its server so, and looks for it at that address. */
const dockerThat = (
  version: FakeAnswer | undefined,
  address: FakeAnswer = { stdout: 'tcp://build:2375\n' },
) => new FakeExec(({ args }) => (args[0] === 'version' ? version : address))

const server = (Version: string, component = 'Engine') => ({
  stdout: JSON.stringify({ Version, Components: [{ Name: component, Version }] }),
})

const unreachable = (stderr: string): FakeAnswer => ({ exitCode: 1, stderr })

test.each<[string, FakeExec, unknown]>([
  ['that is not there', dockerThat(undefined), { problem: { code: 'E_ENGINE_NOT_FOUND' } }],
  [
    'that is too old',
    dockerThat(server('19.3.15')),
    { problem: { code: 'E_ENGINE_TOO_OLD', message: 'docker 19.3.15 is too old' } },
  ],
  ['that works', dockerThat(server('20.10.24+dfsg1')), { opened: { version: '20.10.24+dfsg1' } }],
  ['built by its user', dockerThat(server('dev')), { opened: { version: 'dev' } }],
  [
    'whose daemon does not answer, with the address of that and its own words',
    dockerThat(unreachable('Cannot connect to the Docker daemon')),
    {
      problem: {
        code: 'E_ENGINE_UNUSABLE',
        message: 'docker is installed, but its daemon at tcp://build:2375 cannot be reached',
        hint: expect.stringContaining('DOCKER_HOST'),
        detail: 'Cannot connect to the Docker daemon',
      },
    },
  ],
  [
    'whose daemon does not answer, and which does not know where that is',
    dockerThat(unreachable('context "nope": context not found'), { exitCode: 1 }),
    {
      problem: {
        message: 'docker is installed, but its daemon cannot be reached',
        detail: 'context "nope": context not found',
      },
    },
  ],
  [
    'whose daemon this user may not use',
    dockerThat(unreachable('permission denied while trying to connect to the Docker daemon socket')),
    { problem: { code: 'E_ENGINE_UNUSABLE', hint: expect.stringContaining('group `docker`') } },
  ],
  [
    'that is podman under its name',
    dockerThat({ stdout: 'null' }),
    { problem: { code: 'E_ENGINE_UNUSABLE', message: expect.stringContaining('podman') } },
  ],
  [
    "that talks to podman's service",
    dockerThat(server('4.3.1', 'Podman Engine')),
    { problem: { code: 'E_ENGINE_UNUSABLE', message: expect.stringContaining('podman') } },
  ],
])('a docker %s', async (_, exec, result) => {
  expect(await openDocker(exec)).toMatchObject(result as object)
})

test('an interrupt is not taken for an answer', async () => {
  await expect(openDocker(dockerThat({ reason: 'cancelled' }))).rejects.toBeInstanceOf(CommandError)
})
