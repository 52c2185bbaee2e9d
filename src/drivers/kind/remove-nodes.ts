import type { CallOptions } from '../container-engine.ts'
import type { EngineProgram } from '../engine-program.ts'
import { quiet } from '../quiet.ts'
import type { KindNode } from './nodes.ts'

/** A creation that was killed may go on for a moment: then there is more to be removed after what was found first. */
const mostSweeps = 3

/**
 * Removes containers with their anonymous volumes, at once: nothing in a test cluster is worth an orderly end, which
 * takes podman ten seconds. They are removed by id, so that none is that was not looked at. Resolves with the removed.
 */
export async function removeContainers(
  engine: EngineProgram,
  find: () => Promise<readonly KindNode[]>,
  options: CallOptions,
): Promise<readonly KindNode[]> {
  const removed = new Map<string, KindNode>()
  for (let sweep = 1; ; sweep++) {
    const nodes = await find()
    if (nodes.length === 0) return [...removed.values()]
    for (const node of nodes) removed.set(node.id, node)
    const mayFail = sweep < mostSweeps
    const ids = nodes.map(({ id }) => id)
    await engine.run(rmArgs(engine, ids), { ...quiet(options), okExitCodes: mayFail ? [0, 1, 2, 125] : [0] })
  }
}

function rmArgs({ name }: EngineProgram, ids: readonly string[]): string[] {
  const atOnce = name === 'podman' ? ['--time', '0', '--ignore'] : []
  return ['rm', '--force', '--volumes', ...atOnce, ...ids]
}

/**
 * Removes what a podman that was killed in the middle of making a container has left in its storage: no label can be
 * seen on it, only the name, which nothing else can have as long as it is there.
 */
export async function removeHalfMade(
  engine: EngineProgram,
  nodeNames: readonly string[],
  options: CallOptions,
): Promise<void> {
  if (engine.name !== 'podman' || nodeNames.length === 0) return
  const format = ['--format', '{{.ID}} {{.Status}} {{.Names}}']
  const { stdout } = await engine.run(['ps', '--all', '--external', '--no-trunc', ...format], {
    ...quiet(options),
    isData: true,
  })
  const ids = stdout.split('\n').flatMap((line) => {
    const [id = '', status, name = ''] = line.split(' ')
    return status === 'Storage' && nodeNames.includes(name) ? [id] : []
  })
  if (ids.length > 0) await engine.run(rmArgs(engine, ids), quiet(options))
}

/** Removes what kind keeps a podman node's `/var` in: a volume with the node's name as its label. */
export async function removeVolumesOf(
  engine: EngineProgram,
  nodeNames: readonly string[],
  options: CallOptions,
): Promise<readonly string[]> {
  if (engine.name !== 'podman') return []
  const call = { ...quiet(options), isData: true }
  const lists = await Promise.all(
    nodeNames.map((name) => engine.run(['volume', 'ls', '--quiet', '--filter', `label=${name}=true`], call)),
  )
  const volumes = lists.flatMap(({ stdout }) => stdout.split('\n').filter(Boolean))
  // What a container uses is refused, and what somebody else removed is missing: neither is there to be removed.
  if (volumes.length > 0) {
    await engine.run(['volume', 'rm', ...volumes], { ...quiet(options), okExitCodes: [0, 1, 2, 125] })
  }
  return volumes
}
