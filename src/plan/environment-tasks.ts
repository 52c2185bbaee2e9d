import type { Config, Service } from '../config/config.ts'
import { clusterSlots } from './capacity.ts'
import { imageTaskId } from './image-tasks.ts'
import type { EnvironmentTask, LayersTask, LoadTask, Plan, PlanFacts, PlannedTask } from './plan.ts'

/** The id of the task that starts a cluster. */
export function clusterTaskId(provider: string): string {
  return `cluster:${provider}`
}

/** The tasks of a cluster and of what runs in it, each with the needs that every strategy has. */
export function environmentTasks(
  config: Config,
  provider: string,
  services: readonly Service[],
  facts: PlanFacts,
): EnvironmentTask[] {
  const task = tasksWith(facts)
  const { startMemoryBytes = 0 } = facts.provider
  const cluster: EnvironmentTask = {
    ...task('cluster', provider, 'cluster', []),
    kind: 'cluster',
    provider,
    slots: clusterSlots(startMemoryBytes),
  }
  const dns: EnvironmentTask = { ...task('dns', provider, 'cluster', [cluster.id]), kind: 'dns', provider }
  const nodes: EnvironmentTask = {
    ...task('nodes', provider, 'cluster', []),
    kind: 'nodes',
    provider,
    after: [{ task: cluster.id, ms: 0 }],
  }
  const deployed = services.filter(({ step }) => step === undefined)
  const images = new Set(deployed.flatMap(({ name }) => facts.imagesOf.get(name) ?? []))
  const loads = facts.provider.loadsImages
    ? [...images].flatMap((image) => loadTasks(image, nodes.id, config, facts))
    : []
  const isThere = [cluster.id, ...(facts.provider.awaitsDns ? [dns.id] : [])]
  return [
    cluster,
    ...(facts.provider.awaitsDns ? [dns] : []),
    ...(loads.length > 0 ? [nodes] : []),
    ...loads,
    ...services.flatMap((service) => serviceTasks(service, isThere, config, facts)),
  ]
}

/** Copies an image into the nodes of a cluster: once a task has them, or of one that is there. */
export function loadTask(
  image: string,
  nodes: string | undefined,
  config: Config,
  facts: Pick<PlanFacts, 'expectedMs'>,
): LoadTask {
  const needs = [...(nodes === undefined ? [] : [nodes]), imageTaskId(image, config)]
  return { ...tasksWith(facts)('load', image, 'load', needs), kind: 'load', image, slots: { loads: 1 } }
}

/** The load into a cluster that a task starts; into a new one goes all of the image, which is read meanwhile. */
function loadTasks(
  image: string,
  nodes: string,
  config: Config,
  facts: PlanFacts,
): readonly (LayersTask | LoadTask)[] {
  const load = loadTask(image, nodes, config, facts)
  if (facts.isClusterThere) return [load]
  const base = tasksWith(facts)('layers', image, 'load', [imageTaskId(image, config)])
  const layers: LayersTask = { ...base, kind: 'layers', image, slots: { loads: 1 } }
  return [layers, { ...load, needs: [...load.needs, layers.id] }]
}

/** The plan with the tests after everything else. */
export function withTests(plan: Plan, timeoutMs: number, facts: Pick<PlanFacts, 'expectedMs'>): Plan {
  const { environment } = plan
  const needs = plan.tasks.filter(isLastOfService).map(({ id }) => id)
  const test = { ...tasksWith(facts)('test', environment, 'test', needs), kind: 'test', environment } as const
  return { ...plan, tasks: [...plan.tasks, { ...test, timeoutMs }] }
}

/** Whether a service is ready once this task has succeeded. */
export function isLastOfService({ kind }: Pick<PlannedTask, 'kind'>): boolean {
  return kind === 'ready' || kind === 'run'
}

function serviceTasks(
  service: Service,
  isThere: readonly string[],
  config: Config,
  facts: PlanFacts,
): EnvironmentTask[] {
  const { name, step, timeoutMs } = service
  const task = tasksWith(facts)
  const isStep = (need: string) => config.services.get(need)?.step !== undefined
  const needs = [
    ...isThere,
    ...(facts.imagesOf.get(name) ?? []).map((image) =>
      facts.provider.loadsImages && step === undefined ? `load:${image}` : imageTaskId(image, config),
    ),
    ...service.needs.map((need) => (isStep(need) ? `run:${need}` : `ready:${need}`)),
    // A step has nothing to apply.
    ...service.appliedNeeds.map((need) => (isStep(need) ? `run:${need}` : `deploy:${need}`)),
  ]
  if (step !== undefined)
    return [{ ...task('run', name, 'deploy', needs), kind: 'run', service: name, timeoutMs }]
  const deploy: EnvironmentTask = { ...task('deploy', name, 'deploy', needs), kind: 'deploy', service: name }
  const ready: EnvironmentTask = {
    ...task('ready', name, 'deploy', [deploy.id]),
    kind: 'ready',
    service: name,
    timeoutMs,
  }
  return [deploy, ready]
}

function tasksWith({ expectedMs }: Pick<PlanFacts, 'expectedMs'>) {
  return (kind: string, subject: string, phase: string, needs: readonly string[]) => {
    const id = `${kind}:${subject}`
    return { id, phase, needs, slots: {}, expectedMs: expectedMs(id) }
  }
}
