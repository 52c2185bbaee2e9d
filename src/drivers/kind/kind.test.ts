import { expect, test } from 'vitest'
import { FakeExec } from '../../../test/rig/fake-exec.ts'
import { Docker } from '../docker/docker.ts'
import { Podman } from '../podman/podman.ts'
import { Kind } from './kind.ts'

test('C5, C6: every call has the engine with its settings, and no kubeconfig or cluster of the user', async () => {
  const exec = new FakeExec()
  const podman = new Podman(exec, { containersConf: '/private/containers.conf' })
  await new Kind(exec, { engine: podman, kubeconfig: '/private/kubeconfig' }).clusters()
  const docker = new Docker(exec, { env: { DOCKER_HOST: 'unix:///private.sock' } })
  const settings = { engine: docker, kubeconfig: '/private/kubeconfig', program: '/opt/kind' }
  await new Kind(exec, settings).run(['export', 'logs'])
  expect(exec.commands).toEqual([
    {
      program: 'kind',
      args: ['get', 'clusters'],
      env: {
        CONTAINERS_CONF: '/private/containers.conf',
        KIND_EXPERIMENTAL_PROVIDER: 'podman',
        KIND_CLUSTER_NAME: undefined,
        KUBECONFIG: '/private/kubeconfig',
      },
    },
    {
      program: '/opt/kind',
      args: ['export', 'logs'],
      env: {
        DOCKER_HOST: 'unix:///private.sock',
        KIND_EXPERIMENTAL_PROVIDER: 'docker',
        KIND_CLUSTER_NAME: undefined,
        KUBECONFIG: '/private/kubeconfig',
      },
    },
  ])
})

test('C6: what is said on standard error is in no name and no kubeconfig', async () => {
  const stderr = 'using podman due to KIND_EXPERIMENTAL_PROVIDER'
  const answers: Record<string, string> = {
    clusters: 'x-remote\nx\n',
    kubeconfig: 'apiVersion: v1\nkind: Config\n',
  }
  const exec = new FakeExec(({ args }) => ({ stdout: answers[args[1] ?? ''] ?? '', stderr }))
  const kind = new Kind(exec, { engine: new Podman(exec), kubeconfig: '/private/kubeconfig' })
  expect(await kind.clusters()).toEqual(['x-remote', 'x'])
  expect(await kind.kubeconfigOf('x')).toBe('apiVersion: v1\nkind: Config\n')
})

test('no clusters are none', async () => {
  const exec = new FakeExec()
  const kind = new Kind(exec, { engine: new Podman(exec), kubeconfig: '/private/kubeconfig' })
  expect(await kind.clusters()).toEqual([])
})
