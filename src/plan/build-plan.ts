import type { Config } from '../config/config.ts'
import { capacityOf } from './capacity.ts'
import { loadTask } from './environment-tasks.ts'
import { imageTaskId, imageTasks } from './image-tasks.ts'
import type { ImageTask, LoadTask, Plan, PlanFacts } from './plan.ts'

/** What a build without any cluster is asked for. */
export interface BuildGoals {
  /** Names of images that are built here; those they need come along. */
  readonly images: readonly string[]
  /** At most so many builds at once; otherwise what fits the machine. */
  readonly jobs?: number
  /** Registry that the images asked for are uploaded to. */
  readonly registry?: string
  /** Whether the images asked for are copied into the nodes of a cluster that is there. */
  readonly loads?: boolean
}

/** What building images takes, as a graph. Pure. */
export function assembleBuildPlan(
  config: Config,
  goals: BuildGoals,
  facts: Omit<PlanFacts, 'imagesOf' | 'provider'>,
): Plan & { readonly tasks: readonly (ImageTask | LoadTask)[] } {
  const tasks = imageTasks(config, goals.images, facts)
  const { registry } = goals
  const pushes =
    registry === undefined ? [] : goals.images.map((image) => pushTask(image, registry, config, facts))
  const loads =
    goals.loads === true ? goals.images.map((image) => loadTask(image, undefined, config, facts)) : []
  const capacity = capacityOf(facts)
  return {
    project: config.project,
    environment: '',
    strategy: 'pipelined',
    tasks: [...tasks, ...loads, ...pushes],
    capacity: goals.jobs === undefined ? capacity : { ...capacity, builds: goals.jobs },
  }
}

function pushTask(
  image: string,
  registry: string,
  config: Config,
  { expectedMs }: Pick<PlanFacts, 'expectedMs'>,
): ImageTask {
  const id = `push:${image}`
  const needs = [imageTaskId(image, config)]
  return { id, kind: 'push', phase: 'push', image, registry, needs, slots: {}, expectedMs: expectedMs(id) }
}
