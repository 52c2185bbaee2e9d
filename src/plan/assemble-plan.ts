import type { Config, Environment, Image, Service } from '../config/config.ts'
import { servicesOf } from '../config/select.ts'
import { buildSlots, capacityOf } from './capacity.ts'
import type { Plan, PlanFacts, PlannedTask, StrategyName } from './plan.ts'
import { applyStrategy } from './strategies.ts'

/** Memory for fetching an image, or making one from packages. */
const pullMemoryBytes = 256 * 2 ** 20

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
    ...base('cluster', environment.provider, 'cluster'),
    kind: 'cluster',
    provider: environment.provider,
  }
  const images = neededImages(config, services, facts)
  const tasks = [
    ...images.map((image) => imageTask(image, config)),
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

/** The images that the services run, and those they are built on, each after its own needs. */
function neededImages(config: Config, services: readonly Service[], facts: PlanFacts): Image[] {
  const needed = new Set<Image>()
  const visit = (name: string) => {
    const image = config.images.get(name)
    if (image === undefined || needed.has(image)) return
    if (image.kind === 'built') image.needs.forEach(visit)
    needed.add(image)
  }
  for (const service of services) (facts.imagesOf.get(service.name) ?? []).forEach(visit)
  return [...needed]
}

function base(kind: string, subject: string, phase: string) {
  return { id: `${kind}:${subject}`, phase, needs: [], slots: {}, expectedMs: 0 }
}

/** The id of the task that provides an image. */
function imageTaskId(name: string, config: Config): string {
  return `${config.images.get(name)?.kind === 'external' ? 'pull' : 'build'}:${name}`
}

function imageTask(image: Image, config: Config): PlannedTask {
  if (image.kind === 'external') {
    return {
      ...base('pull', image.name, 'build'),
      kind: 'pull',
      image: image.name,
      slots: buildSlots(pullMemoryBytes),
    }
  }
  return {
    ...base('build', image.name, 'build'),
    kind: 'build',
    image: image.name,
    needs: image.needs.map((name) => imageTaskId(name, config)),
    slots: buildSlots(image.memoryBytes),
    timeoutMs: image.timeoutMs,
  }
}

function serviceTasks(
  service: Service,
  cluster: PlannedTask,
  config: Config,
  facts: PlanFacts,
): PlannedTask[] {
  const deploy: PlannedTask = {
    ...base('deploy', service.name, 'deploy'),
    kind: 'deploy',
    service: service.name,
    needs: [
      cluster.id,
      ...(facts.imagesOf.get(service.name) ?? []).map((image) => imageTaskId(image, config)),
      ...service.needs.map((name) => `ready:${name}`),
    ],
  }
  const ready: PlannedTask = {
    ...base('ready', service.name, 'deploy'),
    kind: 'ready',
    service: service.name,
    needs: [deploy.id],
    timeoutMs: service.timeoutMs,
  }
  return [deploy, ready]
}
