import type { TaskContext, TaskResult } from '../engine/task-context.ts'
import { describing } from './failure.ts'
import type { RunScope } from './run-scope.ts'

/** Waits until the cluster answers for the names of Services: a service that asks earlier crashes at start. */
export async function awaitDns(scope: RunScope, context: TaskContext): Promise<TaskResult> {
  const { cluster } = scope
  context.progress('until names of Services are answered for')
  await describing(
    cluster.awaitDns?.({ signal: context.signal, onLine: context.output }) ?? Promise.resolve(),
    () => ({ code: 'E_CLUSTER_FAILED', message: `the ${cluster.provider} cluster has no DNS` }),
  )
  return { outcome: 'succeeded' }
}
