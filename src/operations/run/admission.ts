import type { Config } from '../../config/config.ts'
import { labels } from '../../drivers/labels.ts'
import type { Plan, PlannedTask } from '../../plan/plan.ts'
import { repositoryOf } from '../../tasks/image-names.ts'
import { rootfsOf } from '../../tasks/rootfs.ts'
import { projectId } from '../environment-id.ts'
import type { Host, UsableEngine } from '../host.ts'
import { checkDiskBudget } from './disk-budget.ts'
import { availableMemoryBytes, checkMemoryBudget } from './memory-budget.ts'

/**
 * Looks whether this machine has the disk and the memory that a plan takes, before anything is done (M1, M2). Resolves
 * with the plan as it may run here, and with what people should know. Throws `OperationError` with the numbers.
 */
export async function admit<T extends PlannedTask, P extends Plan & { readonly tasks: readonly T[] }>(
  plan: P,
  config: Config,
  host: Pick<Host, 'history'>,
  engine: UsableEngine,
  { isUp, signal }: { readonly isUp: boolean; readonly signal: AbortSignal },
): Promise<{ readonly plan: P; readonly warnings: readonly string[] }> {
  const project = projectId(config)
  // A cluster that is there has its memory already.
  const starting = plan.tasks.filter(({ kind }) => !isUp || kind !== 'cluster')
  const isHere = imagesHere(config, project, engine, signal)
  const available = availableMemoryBytes()
  const { capacity, warning: memory } = await checkMemoryBudget(starting, plan.capacity, available, isHere)
  const disk = await checkDiskBudget(engine, {
    tasks: plan.tasks,
    bytesOf: (task) => host.history.diskBytes(project, task),
    isHere,
  })
  return { plan: { ...plan, capacity }, warnings: [disk, memory].filter((warning) => warning !== undefined) }
}

function imagesHere(
  config: Config,
  project: string,
  { engine }: UsableEngine,
  signal: AbortSignal,
): (image: string) => Promise<boolean> {
  let built: Promise<readonly string[]> | undefined
  return async (name) => {
    const image = config.images.get(name)
    if (image === undefined) return false
    if (image.kind === 'built') {
      built ??= engine
        .findImages({ [labels.project]: project }, { signal })
        .then((images) => images.flatMap(({ references }) => references))
      return (await built).some((reference) => reference.startsWith(`${repositoryOf(image)}:`))
    }
    const { reference, rootfs } = image
    const names = [
      reference,
      ...(rootfs === undefined ? [] : [rootfsOf(name, rootfs, config.root).reference]),
    ]
    for (const known of names) if ((await engine.imageId(known, { signal })) !== undefined) return true
    return false
  }
}
