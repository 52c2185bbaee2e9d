import type { BuiltImage } from '../config/config.ts'
import type { TaskContext } from '../engine/task-context.ts'
import type { ImageScope } from './run-scope.ts'

/** What an image of ours is called in the engine, without a tag. */
export function repositoryOf(image: BuiltImage): string {
  return `localhost/${image.repository}`
}

/** Writes down that a name is ours before it is given, and how it is taken back. */
export function claim(reference: string, scope: ImageScope, context: TaskContext): void {
  context.defer(async ({ signal, resourceRemoved }) => {
    if (await scope.engine.removeImage(reference, { signal })) resourceRemoved('image', reference)
    scope.journal.append({ kind: 'image-removed', reference })
  })
  scope.journal.append({ kind: 'image', reference })
}
