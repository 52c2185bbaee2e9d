import type { Config } from '../../config/config.ts'
import type { SourceLocation } from '../../diagnostics/diagnostic.ts'
import { displayPath } from '../../diagnostics/format.ts'
import type { Plan, PlannedTask } from '../../plan/plan.ts'

/**
 * Where what a task is about stands, as `file:line` with the file from the root of the configuration on, by task: its
 * image, its service or, for the cluster and the tests, the environment. Tasks about nothing of it are left out.
 */
export function taskPlaces(
  { tasks, environment }: Pick<Plan, 'tasks' | 'environment'>,
  { images, services, environments, root }: Pick<Config, 'images' | 'services' | 'environments' | 'root'>,
): Record<string, string> {
  const locationOf = (task: PlannedTask): SourceLocation | undefined => {
    if ('image' in task) return images.get(task.image)?.location
    if ('service' in task) return services.get(task.service)?.location
    return environments.get(environment)?.location
  }
  const places = tasks.flatMap((task) => {
    const location = locationOf(task)
    return location === undefined
      ? []
      : [[task.id, `${displayPath(location.file, root)}:${location.start.line}`] as const]
  })
  return Object.fromEntries(places)
}
