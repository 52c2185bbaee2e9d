import type { Cluster, Transfer } from '../drivers/cluster.ts'
import { ClusterError } from '../drivers/kind/cluster-error.ts'
import type { TaskContext, TaskResult } from '../engine/task-context.ts'
import { BlockedError } from '../engine/task-error.ts'
import { clusterTaskId } from '../plan/environment-tasks.ts'
import { formatBytes } from '../util/bytes.ts'
import { describing } from './failure.ts'
import type { RunScope } from './run-scope.ts'

/** Has an image in every node of the cluster, sending as little as possible. It goes with the cluster. */
export async function loadImage(
  name: string,
  scope: Pick<RunScope, 'provided'> & { readonly cluster: Pick<Cluster, 'provider' | 'load'> },
  context: TaskContext,
): Promise<TaskResult> {
  const image = scope.provided.get(name)
  if (image === undefined || scope.cluster.load === undefined) {
    throw new Error(`Internal error: there is nothing to load ${name} from, or into`)
  }
  const { reference } = image
  const loaded = await describing(
    scope.cluster.load(image, {
      signal: context.signal,
      onLine: context.output,
      onRevived: context.warn,
      transfer: tellTransfer(context),
    }),
    (error) =>
      error instanceof ClusterError
        ? { code: error.code, message: error.message }
        : { code: 'E_LOAD_FAILED', message: `${reference} could not be loaded into the cluster` },
  )
  if (loaded === undefined) throw new BlockedError([clusterTaskId(scope.cluster.provider)])
  const { outcome, way, bytesSent, bytesWritten } = loaded
  if (outcome === 'reused') return { outcome, outputs: { reference, bytesSent: 0, bytesWritten: 0 } }
  context.output(
    'info',
    `sent ${formatBytes(bytesSent)} (${way}), wrote ${formatBytes(bytesWritten)} to disk`,
  )
  return { outcome: 'succeeded', outputs: { reference, way, bytesSent, bytesWritten } }
}

/** So much is sent before it is told again, bytes: a few times a second at most. */
const toldEveryBytes = 4 * 2 ** 20

function tellTransfer({ progress }: Pick<TaskContext, 'progress'>): Transfer {
  let total: number | undefined
  let sent = 0
  let told = 0
  return {
    expect: (bytes) => {
      total = (total ?? 0) + bytes
    },
    sent: (bytes) => {
      sent += bytes
      // What is around the layers of an image is sent as well, and is none of the total.
      const done = total === undefined ? sent : Math.min(sent, total)
      if (done - told < toldEveryBytes && (done !== total || told === total)) return
      told = done
      progress(done === total ? 'unpacking' : '', done, total, 'bytes')
    },
  }
}
