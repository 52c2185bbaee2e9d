import type { Config, Environment, Service } from '../config/config.ts'
import { servicesOf } from '../config/select.ts'
import { capacityOf } from './capacity.ts'
import { imageTaskId, imageTasks } from './image-tasks.ts'
import type { Plan, PlanFacts, PlannedTask, StrategyName } from './plan.ts'
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
  const cluster: PlannedTask = {
    ...base('cluster', environment.provider, 'cluster', facts),
    kind: 'cluster',
    needs: [],
    provider: environment.provider,
  }
  const images = services.flatMap(({ name }) => facts.imagesOf.get(name) ?? [])
  const tasks = [
    ...imageTasks(config, images, facts),
    cluster,
    ...services.flatMap((service) => serviceTasks(service, cluster, config, facts)),
  ]
  return {
    project: config.project,
    environment: environment.name,
    strategy,
    tasks: applyStrategy(strategy, tasks),
    capacity: capacityOf(facts),
  }
}

function base(kind: string, subject: string, phase: string, { expectedMs }: PlanFacts) {
  const id = `${kind}:${subject}`
  return { id, phase, slots: {}, expectedMs: expectedMs(id) }
}

function serviceTasks(
  service: Service,
  cluster: PlannedTask,
  config: Config,
  facts: PlanFacts,
): PlannedTask[] {
  const images = facts.imagesOf.get(service.name) ?? []
  const deploy: PlannedTask = {
    ...base('deploy', service.name, 'deploy', facts),
    kind: 'deploy',
    service: service.name,
    needs: [
      cluster.id,
      ...images.map((image) => imageTaskId(image, config)),
      ...service.needs.map((name) => `ready:${name}`),
    ],
  }
  const ready: PlannedTask = {
    ...base('ready', service.name, 'deploy', facts),
    kind: 'ready',
    service: service.name,
    needs: [deploy.id],
    timeoutMs: service.timeoutMs,
  }
  return [deploy, ready]
}
