import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Exec } from '../../exec/exec.ts'
import { type Collection, deletionArgs } from '../collection.ts'
import type { CallOptions } from '../container-engine.ts'
import type { EngineProgram } from '../engine-program.ts'
import { EngineNode } from '../node-images/node.ts'
import { quiet } from '../quiet.ts'
import { findNodes, loadBalancerRole } from './nodes.ts'

/** A cluster of ours: its nodes bear a mark. */
export interface MarkedCluster {
  readonly engine: EngineProgram
  readonly name: string
  readonly markDirectory: string
}

/** Makes a directory in every node that pods of any user may write to; the kubelet would make it root's. */
export async function openDirectory(
  cluster: MarkedCluster,
  directory: string,
  options: CallOptions,
): Promise<void> {
  const nodes = await runningNodes(cluster, options)
  await Promise.all(nodes.map((node) => node.exec(['mkdir', '-p', '-m', '777', directory], quiet(options))))
}

/**
 * Ends the containers whose directories are there, `POD-UID/…/CONTAINER`: what they write, they write now. The kubelet
 * starts them again. One that ends by itself meanwhile is no failure.
 */
const endContainers = `cd "$1" 2> /dev/null || exit 0
for directory in */*/*/; do
  uid=\${directory%%/*}; container=\${directory%/}; container=\${container##*/}
  crictl ps --quiet --state running \\
    --label "io.kubernetes.pod.uid=$uid" --label "io.kubernetes.container.name=$container"
done | sort -u | xargs -r -n 1 -P 0 crictl stop --timeout "$2" >&2 || true`

/**
 * Ends the containers that write to a directory of their node, and copies what they and those before them have written,
 * from all nodes of a cluster. Needs no API server. Rejects with `CommandError`.
 */
export async function collectFromNodes(
  cluster: MarkedCluster,
  exec: Exec,
  directory: string,
  { to, graceSeconds, isResumed, staying }: Collection,
  options: CallOptions,
): Promise<void> {
  const nodes = await runningNodes(cluster, options)
  const call = quiet(options)
  mkdirSync(to, { recursive: true, mode: 0o700 })
  await Promise.all(
    nodes.map(async (node) => {
      await node.exec(['sh', '-c', endContainers, 'sh', directory, `${graceSeconds}`], call)
      const archive = join(to, `${node.name}.tar`)
      const packing = ['sh', '-c', 'mkdir -p "$1" && exec tar -C "$1" -cf - .', 'sh', directory]
      await node.exec(packing, { ...call, stdoutFile: archive })
      const unpacking = ['-xf', archive, '-C', to, '--no-same-owner', '--no-same-permissions']
      await exec.run({ program: 'tar', args: unpacking }, call)
      rmSync(archive)
      if (isResumed) await node.exec(['find', ...deletionArgs(directory, staying)], call)
    }),
  )
}

async function runningNodes(
  { engine, name, markDirectory }: MarkedCluster,
  options: CallOptions,
): Promise<readonly EngineNode[]> {
  const nodes = await findNodes(engine, name, options)
  return nodes
    .filter(({ status, role, mark }) => {
      return status === 'running' && role !== loadBalancerRole && mark === markDirectory
    })
    .map((node) => new EngineNode(engine, node.name))
}
