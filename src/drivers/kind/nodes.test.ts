import { expect, test } from 'vitest'
import { FakeExec } from '../../../test/rig/fake-exec.ts'
import { Docker } from '../docker/docker.ts'
import { findNodes } from './nodes.ts'

test('nodes are known by docker as by podman, and by nothing but the whole name of their cluster', async () => {
  const container = (name: string, cluster: string, mounts: unknown) => ({
    Id: `id-${name}`,
    Name: `/${name}`,
    State: { Status: 'running' },
    Config: { Labels: { 'io.x-k8s.kind.cluster': cluster, 'io.x-k8s.kind.role': 'worker' } },
    Mounts: mounts,
  })
  const exec = new FakeExec(({ args }) =>
    args[0] === 'ps'
      ? { stdout: 'b\na\nc\n' }
      : {
          // One has gone since it was listed.
          exitCode: 1,
          stderr: 'Error: No such container: c',
          stdout: JSON.stringify([
            container('shop-worker', 'shop', [{ Source: '/state/mark', Destination: '/kindling' }]),
            container('shop-remote-worker', 'shop-remote', null),
          ]),
        },
  )
  expect(await findNodes(new Docker(exec), 'shop', {})).toEqual([
    { id: 'id-shop-worker', name: 'shop-worker', role: 'worker', status: 'running', mark: '/state/mark' },
  ])
})
