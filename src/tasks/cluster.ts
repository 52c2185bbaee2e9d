import { ClusterError } from '../drivers/kind/cluster-error.ts'
import type { TaskContext, TaskResult } from '../engine/task-context.ts'
import { describing } from './failure.ts'
import type { RunScope } from './run-scope.ts'

/** Has the cluster the environment is served by. What was there before this run is not undone with it. */
export async function startCluster(scope: RunScope, context: TaskContext): Promise<TaskResult> {
  const options = {
    signal: context.signal,
    onLine: context.output,
    beforeChange: () => {
      scope.results.forget()
      context.defer(async ({ signal, resourceRemoved }) => {
        await scope.cluster.remove({ signal })
        resourceRemoved('cluster', scope.ownerId)
      })
    },
  }
  const outcome = await describing(scope.cluster.start(options), (error) =>
    error instanceof ClusterError
      ? { code: error.code, message: error.message }
      : { code: 'E_CLUSTER_FAILED', message: `the ${scope.cluster.provider} cluster could not be started` },
  )
  if (outcome === 'reused') return { outcome }
  context.resourceCreated('cluster', scope.ownerId)
  return { outcome: 'succeeded' }
}
