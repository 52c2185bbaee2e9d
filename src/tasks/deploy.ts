import { writeApplied } from '../deploy/write-applied.ts'
import type { TaskContext, TaskResult } from '../engine/task-context.ts'
import { CommandError } from '../exec/command-error.ts'
import { describing } from './failure.ts'
import type { RunScope } from './run-scope.ts'

/** Brings a service's manifests to the wanted state; that it is ready is another task. */
export async function deployService(
  service: string,
  scope: RunScope,
  context: TaskContext,
): Promise<TaskResult> {
  const options = {
    signal: context.signal,
    onLine: context.output,
    beforeChange: () =>
      context.defer(async ({ signal, resourceRemoved }) => {
        await scope.cluster.removeService(service, { signal })
        resourceRemoved('service', service)
      }),
  }
  const objects = scope.cluster.objectsOf?.(service)
  if (objects !== undefined) writeApplied(scope.run.path, service, objects)
  const outcome = await describing(scope.cluster.apply(service, options), (error) => ({
    code: 'E_DEPLOY_FAILED',
    message: `${service} could not be deployed`,
    ...(error instanceof CommandError && /address already in use/i.test(error.stderr)
      ? {
          hint: 'a program has taken the port since it was reserved: stop it, or let kindling choose another port',
        }
      : {}),
  }))
  if (outcome === 'unchanged') return { outcome: 'reused' }
  context.resourceCreated('service', service)
  return { outcome: 'succeeded' }
}
