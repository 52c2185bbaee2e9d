import type { Config, Environment, Service } from '../config/config.ts'
import { servicesOf } from '../config/select.ts'
import { type PreparedManifests, prepareManifests } from '../deploy/prepare.ts'
import { type Translation, translate } from '../drivers/pods/translate.ts'
import { assemblePlan } from '../plan/assemble-plan.ts'
import type { Plan, StrategyName } from '../plan/plan.ts'
import { machineFacts } from './facts.ts'
import type { Host } from './host.ts'
import { throwIfInvalid } from './operation-error.ts'

/** Everything that can be known of a run before it has any effect. */
export interface Prepared {
  readonly services: readonly Service[]
  readonly manifests: PreparedManifests
  readonly translation: Translation
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
  const translation = translate(manifests.services)
  throwIfInvalid([...manifests.diagnostics, ...translation.problems.map(manifests.locate)])
  const plan = assemblePlan(config, environment, strategy, {
    imagesOf: manifests.imagesOf,
    ...machineFacts(config, host.history),
  })
  return { services, manifests, translation, plan }
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
