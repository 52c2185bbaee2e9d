import type { TaskContext, TaskResult } from '../engine/task-context.ts'
import { describing } from './failure.ts'
import type { ImageScope } from './run-scope.ts'

/** Uploads an image of this run to a registry, under the repository and tag it has here. */
export async function pushImage(
  image: string,
  registry: string,
  scope: ImageScope,
  context: TaskContext,
): Promise<TaskResult> {
  const provided = scope.provided.get(image)
  if (provided === undefined) throw new Error(`Internal error: ${image} is pushed before it is provided`)
  const target = `${registry.replace(/\/+$/, '')}/${provided.reference.replace(/^localhost\//, '')}`
  context.progress(`pushing ${target}`)
  const push = scope.engine.push(provided.reference, target, {
    signal: context.signal,
    onLine: context.output,
  })
  await describing(push, () => ({
    code: 'E_PUSH_FAILED',
    message: `${provided.reference} could not be pushed to ${target}`,
    hint: 'check the name of the registry, and whether it needs a login (`podman login`)',
  }))
  return { outcome: 'succeeded', outputs: { reference: target } }
}
