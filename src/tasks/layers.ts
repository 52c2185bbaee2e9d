import type { Cluster } from '../drivers/cluster.ts'
import type { TaskContext, TaskResult } from '../engine/task-context.ts'
import { formatBytes } from '../util/bytes.ts'
import type { RunScope } from './run-scope.ts'

/** Reads an image out of the engine, so that its load need not, once there are nodes. It goes with the run. */
export async function readLayers(
  name: string,
  scope: Pick<RunScope, 'provided'> & { readonly cluster: Pick<Cluster, 'readAhead'> },
  { signal, output }: Pick<TaskContext, 'signal' | 'output'>,
): Promise<TaskResult> {
  const image = scope.provided.get(name)
  if (image === undefined) throw new Error(`Internal error: there is no ${name} to read`)
  const bytesWritten = (await scope.cluster.readAhead?.(image, { signal, onLine: output })) ?? 0
  // Nothing new in it, or nothing that can be read: the load sees to the rest.
  if (bytesWritten === 0) return { outcome: 'reused', outputs: { bytesWritten } }
  output('info', `wrote ${formatBytes(bytesWritten)} to disk`)
  return { outcome: 'succeeded', outputs: { bytesWritten } }
}
