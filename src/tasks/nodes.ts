import type { TaskContext, TaskResult } from '../engine/task-context.ts'
import { BlockedError } from '../engine/task-error.ts'
import { clusterTaskId } from '../plan/environment-tasks.ts'
import type { RunScope } from './run-scope.ts'

/** Waits until the nodes of the cluster that another task is starting take images. */
export async function awaitNodes(
  { cluster }: Pick<RunScope, 'cluster'>,
  { signal }: Pick<TaskContext, 'signal'>,
): Promise<TaskResult> {
  const nodes = await cluster.awaitNodes?.({ signal })
  if (nodes === undefined) throw new BlockedError([clusterTaskId(cluster.provider)])
  return { outcome: nodes === 'reused' ? 'reused' : 'succeeded' }
}
