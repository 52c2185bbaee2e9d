import type { Config, Environment, Service } from '../../config/config.ts'
import type { PreparedManifests } from '../../deploy/prepare.ts'
import type { ServiceManifests } from '../../drivers/cluster.ts'

/** The services of an environment with their hooks as services of their own. */
export interface WithHooks {
  readonly config: Config
  readonly environment: Environment
  readonly services: readonly Service[]
  readonly manifests: readonly ServiceManifests[]
  readonly imagesOf: PreparedManifests['imagesOf']
  /** By hook, the service whose it is. */
  readonly serviceOf: ReadonlyMap<string, string>
}

/**
 * Gives each hook of a chart a place among the services: those before the rest are needed by it; those after need it to
 * be applied and not to be ready, which it may become only through them (R5). Whoever needs the service needs its hooks.
 */
export function withHooks(
  config: Config,
  environment: Environment,
  services: readonly Service[],
  prepared: PreparedManifests,
): WithHooks {
  const expanded = new Map<string, readonly Service[]>()
  for (const service of services) expanded.set(service.name, stepsOf(service, prepared))
  const lastOf = (name: string) => expanded.get(name)?.at(-1)?.name ?? name
  const all = [...expanded.values()].flat().map((step) => ({
    ...step,
    // Of its own steps each names the one before itself.
    needs: [...new Set(step.needs.flatMap((need) => (expanded.has(need) ? [need, lastOf(need)] : [need])))],
  }))
  const objectsOf = new Map(prepared.services.map((of) => [of.service, of]))
  const hookObjects = new Map(
    services.flatMap(({ name }) =>
      (prepared.hooksOf.get(name) ?? []).map((step) => [hookName(name, step), step.objects] as const),
    ),
  )
  const imagesOf = new Map(prepared.imagesOf)
  for (const { name } of services) {
    for (const step of expanded.get(name) ?? []) imagesOf.set(step.name, prepared.imagesOf.get(name) ?? [])
  }
  return {
    config: {
      ...config,
      services: new Map([...config.services, ...all.map((of) => [of.name, of] as const)]),
    },
    environment: { ...environment, services: [...environment.services, ...all.map(({ name }) => name)] },
    services: all,
    manifests: all.map(
      ({ name }) =>
        objectsOf.get(name) ?? { service: name, objects: hookObjects.get(name) ?? [], ports: new Map() },
    ),
    imagesOf,
    serviceOf: new Map(
      services.flatMap(({ name }) => (expanded.get(name) ?? []).map((step) => [step.name, name] as const)),
    ),
  }
}

/** The service and its hooks, one after another. */
function stepsOf(service: Service, { hooksOf }: PreparedManifests): readonly Service[] {
  const hooks = hooksOf.get(service.name) ?? []
  const asService = (name: string): Service => ({
    ...service,
    name,
    ready: [{ kind: 'rollout' }],
    awaitsPorts: false,
    ports: new Map(),
    outputs: new Map(),
  })
  const chain = (when: 'before' | 'after', first: Pick<Service, 'needs' | 'appliedNeeds'>) => {
    const steps: Service[] = []
    for (const hook of hooks.filter((step) => step.when === when)) {
      const previous = steps.at(-1)
      const { needs, appliedNeeds } =
        previous === undefined ? first : { needs: [previous.name], appliedNeeds: [] }
      steps.push({ ...asService(hookName(service.name, hook)), needs, appliedNeeds })
    }
    return steps
  }
  const before = chain('before', service)
  const last = before.at(-1)
  const itself = last === undefined ? service : { ...service, needs: [...service.needs, last.name] }
  return [...before, itself, ...chain('after', { needs: [], appliedNeeds: [service.name] })]
}

function hookName(service: string, { name }: { readonly name: string }): string {
  return `${service}.${name}`
}
