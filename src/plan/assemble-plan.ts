import type { Config, Environment } from '../config/config.ts'
import type { GeneratedValue } from '../config/generated.ts'
import { describeGenerated } from '../config/generated-rules.ts'
import { servicesOf } from '../config/select.ts'
import { capacityOf } from './capacity.ts'
import { environmentTasks } from './environment-tasks.ts'
import { withEstimates } from './estimates.ts'
import { imageTasks } from './image-tasks.ts'
import type { Plan, PlanFacts, PlannedValue, StrategyName } from './plan.ts'
import { applyStrategy } from './strategies.ts'

/**
 * What bringing an environment up takes, as a graph. Pure: the same configuration, facts and strategy give the same
 * plan. An image is built once, whoever needs it (I16), and never waits for what a service needs to run (R10).
 */
export function assemblePlan(
  config: Config,
  environment: Environment,
  strategy: StrategyName,
  facts: PlanFacts,
): Plan {
  const services = servicesOf(config, environment)
  const images = services.flatMap(({ name }) => facts.imagesOf.get(name) ?? [])
  const tasks = [
    ...imageTasks(config, images, facts),
    ...environmentTasks(config, environment.cluster.provider, services, facts),
  ]
  return {
    project: config.project,
    environment: environment.name,
    strategy,
    tasks: applyStrategy(strategy, withEstimates(tasks)),
    capacity: capacityOf(facts),
    ...(config.generated.size === 0 ? {} : { generated: [...config.generated.values()].map(plannedValue) }),
  }
}

function plannedValue({ name, recipe, objects }: GeneratedValue): PlannedValue {
  return { name, kind: recipe.kind, objects: objects.map(describeGenerated) }
}
