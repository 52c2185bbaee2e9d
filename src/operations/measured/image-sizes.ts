import type { Config } from '../../config/config.ts'
import type { ContainerEngine } from '../../drivers/container-engine.ts'
import type { ImageFacts } from '../../drivers/image-facts.ts'
import type { RunResult } from '../../engine/run-graph.ts'
import { CommandError } from '../../exec/command-error.ts'
import type { PlannedTask } from '../../plan/plan.ts'
import type { ProvidedImage } from '../../tasks/run-scope.ts'

/**
 * What the images that a run has made or fetched take on disk, by task, bytes: beyond the images of this configuration
 * that they are built on, which are counted themselves. An engine that does not tell costs the next run its forecast,
 * and this one nothing.
 */
export async function imageSizesOf(
  tasks: readonly PlannedTask[],
  { tasks: records }: Pick<RunResult, 'tasks'>,
  config: Pick<Config, 'images'>,
  provided: ReadonlyMap<string, Pick<ProvidedImage, 'id'>>,
  engine: Pick<ContainerEngine, 'imageFacts'>,
): Promise<Map<string, number>> {
  const made = tasks.flatMap((task) =>
    (task.kind === 'build' || task.kind === 'pull') && records.get(task.id)?.outcome === 'succeeded'
      ? [task]
      : [],
  )
  if (made.length === 0) return new Map()
  const ids = new Set([...provided.values()].map(({ id }) => id))
  const facts = await engine.imageFacts([...ids]).catch((error: unknown) => {
    if (error instanceof CommandError) return new Map<string, ImageFacts>()
    throw error
  })
  const sizeOf = (image: string) => facts.get(provided.get(image)?.id ?? '')?.bytes ?? 0
  return new Map(
    made.flatMap(({ id, image }) => {
      const known = config.images.get(image)
      const below = known?.kind === 'built' ? Math.max(0, ...known.needs.map(sizeOf)) : 0
      const bytes = sizeOf(image)
      return bytes === 0 ? [] : [[id, Math.max(0, bytes - below)] as const]
    }),
  )
}
