import type { Config, Service } from '../config/config.ts'
import { imageTaskId } from './image-tasks.ts'
import type { EnvironmentTask, LoadTask, Plan, PlanFacts } from './plan.ts'

/** The tasks of a cluster and of what runs in it, each with the needs that every strategy has. */
export function environmentTasks(
  config: Config,
  provider: string,
  services: readonly Service[],
  facts: PlanFacts,
): EnvironmentTask[] {
  const task = tasksWith(facts)
  const cluster: EnvironmentTask = { ...task('cluster', provider, 'cluster', []), kind: 'cluster', provider }
  const dns: EnvironmentTask = { ...task('dns', provider, 'cluster', [cluster.id]), kind: 'dns', provider }
  const images = new Set(services.flatMap(({ name }) => facts.imagesOf.get(name) ?? []))
  const loads = facts.provider.loadsImages
    ? [...images].map((image) => loadTask(image, cluster.id, config, facts))
    : []
  const isThere = [cluster.id, ...(facts.provider.awaitsDns ? [dns.id] : [])]
  return [
    cluster,
    ...(facts.provider.awaitsDns ? [dns] : []),
    ...loads,
    ...services.flatMap((service) => serviceTasks(service, isThere, config, facts)),
  ]
}

/** Copies an image into the nodes of a cluster: of one that a task starts, or of one that is there. */
export function loadTask(
  image: string,
  cluster: string | undefined,
  config: Config,
  facts: Pick<PlanFacts, 'expectedMs'>,
): LoadTask {
  const needs = [...(cluster === undefined ? [] : [cluster]), imageTaskId(image, config)]
  return { ...tasksWith(facts)('load', image, 'load', needs), kind: 'load', image, slots: { loads: 1 } }
}

/** The plan with the tests after everything else. */
export function withTests(plan: Plan, timeoutMs: number, facts: Pick<PlanFacts, 'expectedMs'>): Plan {
  const { environment } = plan
  const needs = plan.tasks.filter(({ kind }) => kind === 'ready').map(({ id }) => id)
  const test = { ...tasksWith(facts)('test', environment, 'test', needs), kind: 'test', environment } as const
  return { ...plan, tasks: [...plan.tasks, { ...test, timeoutMs }] }
}

function serviceTasks(
  service: Service,
  isThere: readonly string[],
  config: Config,
  facts: PlanFacts,
): EnvironmentTask[] {
  const { name } = service
  const task = tasksWith(facts)
  const images = (facts.imagesOf.get(name) ?? []).map((image) =>
    facts.provider.loadsImages ? `load:${image}` : imageTaskId(image, config),
  )
  const needs = [
    ...isThere,
    ...images,
    ...service.needs.map((need) => `ready:${need}`),
    ...service.appliedNeeds.map((need) => `deploy:${need}`),
  ]
  const deploy: EnvironmentTask = { ...task('deploy', name, 'deploy', needs), kind: 'deploy', service: name }
  const ready: EnvironmentTask = {
    ...task('ready', name, 'deploy', [deploy.id]),
    kind: 'ready',
    service: name,
    timeoutMs: service.timeoutMs,
  }
  return [deploy, ready]
}

function tasksWith({ expectedMs }: Pick<PlanFacts, 'expectedMs'>) {
  return (kind: string, subject: string, phase: string, needs: readonly string[]) => {
    const id = `${kind}:${subject}`
    return { id, phase, needs, slots: {}, expectedMs: expectedMs(id) }
  }
}
