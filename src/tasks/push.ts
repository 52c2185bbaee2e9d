import type { CallOptions } from '../drivers/container-engine.ts'
import type { TaskContext, TaskResult } from '../engine/task-context.ts'
import { CommandError } from '../exec/command-error.ts'
import { platformsOf } from './platforms.ts'
import { registryFailure } from './registry-failure.ts'
import type { ImageScope } from './run-scope.ts'

/** What is uploaded, by the plan. */
interface PushWork {
  readonly image: string
  readonly registry: string
  readonly platforms?: readonly string[]
}

/**
 * Uploads an image of this run to a registry, under the repository and tag it has here; one for several platforms as
 * the list of them.
 */
export async function pushImage(
  { image, registry, platforms }: PushWork,
  scope: ImageScope,
  context: TaskContext,
): Promise<TaskResult> {
  const provided = scope.provided.get(image)
  if (provided === undefined) throw new Error(`Internal error: ${image} is pushed before it is provided`)
  const { reference } = provided
  const inRegistry = (name: string) => `${registry.replace(/\/+$/, '')}/${name.replace(/^localhost\//, '')}`
  const target = inRegistry(reference)
  context.progress(`pushing ${target}`)
  const options: CallOptions = { signal: context.signal, onLine: context.output }
  try {
    if (platforms === undefined) await scope.engine.push(reference, target, options)
    else {
      const parts = platformsOf(image, platforms, scope).map((part) => ({
        reference: part.reference,
        target: inRegistry(part.reference),
      }))
      await scope.engine.pushList({ parts, target, owner: scope.ownerId }, options)
    }
  } catch (error) {
    if (!(error instanceof CommandError)) throw error
    throw pushFailure(reference, target, error, context)
  }
  return { outcome: 'succeeded', outputs: { reference: target } }
}

function pushFailure(
  reference: string,
  target: string,
  error: CommandError,
  { attempt }: TaskContext,
): Error {
  return registryFailure(error, attempt, {
    code: 'E_PUSH_FAILED',
    message: `${reference} could not be pushed to ${target}`,
    hints: {
      unreachable: 'check its name and port, and the network',
      refused: 'check the name of the registry, and whether it needs a login',
    },
  })
}
