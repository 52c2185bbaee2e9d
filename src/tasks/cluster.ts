import { ClusterError } from '../drivers/kind/cluster-error.ts'
import type { TaskContext, TaskResult } from '../engine/task-context.ts'
import type { OutputStream } from '../exec/exec.ts'
import { describing } from './failure.ts'
import type { RunScope } from './run-scope.ts'

/** Has the cluster the environment is served by. What was there before this run is not undone with it. */
export async function startCluster(scope: RunScope, context: TaskContext): Promise<TaskResult> {
  const options = {
    signal: context.signal,
    onLine: (stream: OutputStream, line: string) => {
      context.output(stream, line)
      // What it is doing, without the marks that kind puts around it.
      context.progress(line.replace(/^[\s•✓✗]+/u, '').replace(/[\s.]+$/, ''))
    },
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
