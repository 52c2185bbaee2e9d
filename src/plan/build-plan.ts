import type { BuiltImage, Config } from '../config/config.ts'
import { capacityOf } from './capacity.ts'
import { loadTask } from './environment-tasks.ts'
import { withEstimates } from './estimates.ts'
import { imageTaskId, imageTasks } from './image-tasks.ts'
import type { ImageTask, LoadTask, Plan, PlanFacts } from './plan.ts'

/** What a build without any cluster is asked for. */
export interface BuildGoals {
  /** Names of images that are built here; those they need come along. */
  readonly images: readonly string[]
  /** Instead of what the images say, `os/architecture` each; none leaves it to them. */
  readonly platforms?: readonly string[]
  /** At most so many builds at once; otherwise what fits the machine. */
  readonly jobs?: number
  /** Registry that the images asked for are uploaded to. */
  readonly registry?: string
  /** Whether the images asked for are copied into the nodes of a cluster that is there. */
  readonly loads?: boolean
  /** Directory that all images are written to. */
  readonly exportTo?: string
}

type Facts = Omit<PlanFacts, 'imagesOf' | 'provider' | 'isClusterThere'>

/** What building images takes, as a graph. Pure. */
export function assembleBuildPlan(
  config: Config,
  goals: BuildGoals,
  facts: Facts,
): Plan & { readonly tasks: readonly (ImageTask | LoadTask)[] } {
  const { registry, exportTo, platforms: wanted = [] } = goals
  const severalOf = ({ platforms }: BuiltImage) => {
    const several = wanted.length > 0 ? wanted : platforms
    return several.length > 1 ? several : []
  }
  const tasks = imageTasks(config, goals.images, facts, severalOf)
  const manifests = new Map(tasks.flatMap((task) => (task.kind === 'manifest' ? [[task.image, task]] : [])))
  const provider = (image: string) => manifests.get(image)?.id ?? imageTaskId(image, config)
  const pushes =
    registry === undefined
      ? []
      : goals.images.map((image) => {
          const several = manifests.get(image)?.platforms
          const what = { image, registry, ...(several === undefined ? {} : { platforms: several }) }
          return { ...outward('push', image, [provider(image)], facts), kind: 'push', ...what } as const
        })
  const loads =
    goals.loads === true
      ? goals.images.map((image) => ({
          ...loadTask(image, undefined, config, facts),
          needs: [provider(image)],
        }))
      : []
  const built = tasks.filter(({ kind }) => kind !== 'pull').map(({ id }) => id)
  const exports =
    exportTo === undefined
      ? []
      : [{ ...outward('export', 'images', built, facts), kind: 'export', directory: exportTo } as const]
  const capacity = capacityOf(facts)
  return {
    project: config.project,
    environment: '',
    strategy: 'pipelined',
    tasks: withEstimates([...tasks, ...loads, ...pushes, ...exports]),
    capacity: goals.jobs === undefined ? capacity : { ...capacity, builds: goals.jobs },
  }
}

/** A task that takes images to somewhere else. */
function outward(kind: string, subject: string, needs: readonly string[], { expectedMs }: Facts) {
  const id = `${kind}:${subject}`
  return { id, phase: kind, needs, slots: {}, expectedMs: expectedMs(id) }
}
