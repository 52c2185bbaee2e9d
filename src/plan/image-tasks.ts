import type { Config, Image } from '../config/config.ts'
import { buildSlots } from './capacity.ts'
import type { ImageTask, PlanFacts } from './plan.ts'

/** Memory for fetching an image, or making one from packages. */
const pullMemoryBytes = 256 * 2 ** 20

/** The tasks that provide images and all they are built on, each after its own needs; one for each image (I16). */
export function imageTasks(
  config: Config,
  names: Iterable<string>,
  { expectedMs }: Pick<PlanFacts, 'expectedMs'>,
): ImageTask[] {
  const tasks = new Map<string, ImageTask>()
  const visit = (name: string) => {
    const image = config.images.get(name)
    if (image === undefined || tasks.has(name)) return
    if (image.kind === 'built') image.needs.forEach(visit)
    tasks.set(name, imageTask(image, config, expectedMs))
  }
  for (const name of names) visit(name)
  return [...tasks.values()]
}

/** The id of the task that provides an image. */
export function imageTaskId(name: string, config: Config): string {
  return `${config.images.get(name)?.kind === 'external' ? 'pull' : 'build'}:${name}`
}

function imageTask(image: Image, config: Config, expectedMs: PlanFacts['expectedMs']): ImageTask {
  const id = imageTaskId(image.name, config)
  const base = { id, phase: 'build', image: image.name, expectedMs: expectedMs(id) }
  if (image.kind === 'external') {
    return { ...base, kind: 'pull', needs: [], slots: buildSlots(pullMemoryBytes) }
  }
  return {
    ...base,
    kind: 'build',
    needs: image.needs.map((name) => imageTaskId(name, config)),
    slots: buildSlots(image.memoryBytes),
    timeoutMs: image.timeoutMs,
  }
}
