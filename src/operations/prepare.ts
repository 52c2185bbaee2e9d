import type { Config, Environment, Service } from '../config/config.ts'
import { servicesOf } from '../config/select.ts'
import { type PreparedManifests, prepareManifests } from '../deploy/prepare.ts'
import { assemblePlan } from '../plan/assemble-plan.ts'
import type { Plan, StrategyName } from '../plan/plan.ts'
import { machineFacts } from './facts.ts'
import type { Host } from './host.ts'
import { throwIfInvalid } from './operation-error.ts'
import type { PreparedProvider, Provider } from './providers/provider.ts'
import { providerOf } from './providers/providers.ts'

/** Everything that can be known of a run before it has any effect. */
export interface Prepared {
  readonly services: readonly Service[]
  readonly manifests: PreparedManifests
  readonly provider: Provider
  readonly served: PreparedProvider
  readonly plan: Plan
}

/** Reads and checks all that an environment is made from, and plans it. Throws `InvalidInput` with every problem. */
export async function prepare(
  config: Config,
  environment: Environment,
  strategy: StrategyName,
  host: Host,
): Promise<Prepared> {
  const services = servicesOf(config, environment)
  const manifests = await prepareManifests(services, [...config.images.values()])
  const provider = providerOf(environment.cluster.provider)
  const served = await provider.prepare(environment, services, manifests.services)
  throwIfInvalid([...manifests.diagnostics, ...served.diagnostics, ...served.problems.map(manifests.locate)])
  const plan = assemblePlan(config, environment, strategy, {
    imagesOf: manifests.imagesOf,
    provider: provider.traits,
    ...machineFacts(config, host.history),
  })
  return { services, manifests, provider, served, plan }
}

/** What `up` would do, without doing it. Throws `InvalidInput` with every problem. */
export async function plan(
  config: Config,
  environment: Environment,
  strategy: StrategyName,
  host: Host,
): Promise<Plan> {
  return (await prepare(config, environment, strategy, host)).plan
}
