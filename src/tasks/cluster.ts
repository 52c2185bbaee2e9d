import { ClusterError } from '../drivers/kind/cluster-error.ts'
import type { TaskContext, TaskResult } from '../engine/task-context.ts'
import type { OutputStream } from '../exec/exec.ts'
import { describing } from './failure.ts'
import type { RunScope } from './run-scope.ts'

/** Has the cluster the environment is served by. What was there before this run is not undone with it. */
export async function startCluster(scope: RunScope, context: TaskContext): Promise<TaskResult> {
  const options = {
    signal: context.signal,
    // kind has a line with a dot for each step that it begins.
    onLine: (stream: OutputStream, line: string) => {
      context.output(stream, line)
      const [, step] = /^\s*•\s+(.*?)[\s.]*$/u.exec(line) ?? []
      if (step !== undefined) context.progress(step)
    },
    beforeChange: () => {
      scope.results.forget()
      context.defer(async ({ signal, resourceRemoved }) => {
        await scope.cluster.remove({ signal })
        resourceRemoved('cluster', scope.ownerId)
      })
    },
  }
  context.progress(`starting ${scope.cluster.provider}`)
  const outcome = await describing(scope.cluster.start(options), (error) =>
    error instanceof ClusterError
      ? { code: error.code, message: error.message }
      : { code: 'E_CLUSTER_FAILED', message: `the ${scope.cluster.provider} cluster could not be started` },
  )
  if (outcome === 'reused') return { outcome }
  context.resourceCreated('cluster', scope.ownerId)
  return { outcome: 'succeeded' }
}
