import { expect, test } from 'vitest'
import { FakeExec } from '../../../test/rig/fake-exec.ts'
import { MemoryFolder } from '../../../test/rig/memory-folder.ts'
import { Podman } from '../podman/podman.ts'
import { nodeEvidence } from './node-evidence.ts'

const options = { signal: new AbortController().signal, timeoutMs: 1_000 }

/** An engine with nodes of a cluster, by name, with their state and their mark. */
function engineWith(nodes: Readonly<Record<string, { readonly status: string; readonly mark: string }>>) {
  const exec = new FakeExec(({ args }) => {
    const line = args.join(' ')
    if (args[0] === 'ps') return { stdout: Object.keys(nodes).join('\n') }
    if (args[1] === 'inspect' && !line.includes('--format')) {
      const inspected = Object.entries(nodes).map(([name, { status, mark }]) => ({
        ...{ Id: name, Name: name, State: { Status: status } },
        Config: { Labels: { 'io.x-k8s.kind.cluster': 'shop', 'io.x-k8s.kind.role': 'worker' } },
        Mounts: [{ Source: mark, Destination: '/kindling' }],
      }))
      return { stdout: JSON.stringify(inspected) }
    }
    if (line.includes('crictl')) return { exitCode: 255, stderr: 'connection refused' }
    return { stdout: `answer to ${line}` }
  })
  return { exec, engine: new Podman(exec) }
}

test('a node is asked for its journals, its containers and their logs; what it cannot say is told', async () => {
  const { engine } = engineWith({ 'shop-worker': { status: 'running', mark: '/mark' } })
  const folder = new MemoryFolder()
  const source = nodeEvidence(engine, 'shop', '/mark')
  await expect(source.collect(folder, options)).rejects.toThrow(
    'podman exited with code 255: connection refused',
  )
  expect(folder.paths).toEqual([
    'nodes/shop-worker/containerd.log',
    'nodes/shop-worker/kubelet.log',
    'nodes/shop-worker/machine.txt',
    'nodes/shop-worker/node.log',
    'nodes/shop-worker/pods.log',
    'nodes/shop-worker/state.json',
  ])
  expect(folder.text('nodes/shop-worker/kubelet.log')).toContain('--unit kubelet')
})

test('C1: of a node that has died, what the engine knows is kept, and nothing is asked of the node', async () => {
  const { engine, exec } = engineWith({ 'shop-worker': { status: 'exited', mark: '/mark' } })
  const folder = new MemoryFolder()
  await nodeEvidence(engine, 'shop', '/mark').collect(folder, options)
  expect(folder.paths).toEqual(['nodes/shop-worker/node.log', 'nodes/shop-worker/state.json'])
  expect(folder.notes).toEqual(['node shop-worker is not running: the engine says exited'])
  expect(exec.lines.filter((line) => line.includes('exec'))).toEqual([])
})

test("a cluster of the same name that is somebody else's is left alone", async () => {
  const { engine } = engineWith({ 'shop-worker': { status: 'running', mark: '/other' } })
  const folder = new MemoryFolder()
  await nodeEvidence(engine, 'shop', '/mark').collect(folder, options)
  expect(folder.paths).toEqual([])
})
