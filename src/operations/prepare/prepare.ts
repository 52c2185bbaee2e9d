import type { Config, Environment, Service } from '../../config/config.ts'
import { servicesOf } from '../../config/select.ts'
import { type PreparedManifests, prepareManifests } from '../../deploy/prepare.ts'
import { unknownWaits, unsupportedWaits } from '../../deploy/waits/unsupported-waits.ts'
import { assemblePlan } from '../../plan/assemble-plan.ts'
import { startClusterInTime } from '../../plan/cluster-start.ts'
import type { Plan, StrategyName } from '../../plan/plan.ts'
import type { PlanInput } from '../../plan/replicate.ts'
import { type MeasuredServices, measuredServices, nothingMeasured } from '../coverage/measured-services.ts'
import { environmentId } from '../environment-id.ts'
import type { GeneratedValues } from '../generated/make-values.ts'
import { withGenerated } from '../generated/service.ts'
import { valueFiles } from '../generated/value-files.ts'
import { handOverDirectory } from '../hand-over/hand-over.ts'
import type { Host } from '../host.ts'
import { throwIfInvalid } from '../operation-error.ts'
import type { PreparedProvider, Provider } from '../providers/provider.ts'
import { providerOf } from '../providers/providers.ts'
import { unsupportedOutputs, uselessVariables } from './check-services.ts'
import { environmentProblems, withEnvironmentService, withNamespaces } from './environment-service.ts'
import { machineFacts, withoutStart } from './facts.ts'
import { type ForwardTargets, findForwardTargets } from './forward-targets.ts'
import { withHooks } from './hook-services.ts'
import { aboutOwnObjects } from './instance-objects.ts'
import { manifestSources } from './manifest-sources.ts'
import { withSharedObjects } from './shared-objects.ts'

/** Everything that can be known of a run before it has any effect. */
export interface Prepared {
  /** With the hooks of charts, what comes before all services, and what is generated, as services of their own. */
  readonly config: Config
  readonly services: readonly Service[]
  readonly manifests: PreparedManifests
  readonly forwards: ForwardTargets
  readonly provider: Provider
  /** The images whose coverage is measured, by name. */
  readonly measured: MeasuredServices['images']
  /** As far as that goes without the values that are generated. */
  readonly served: PreparedProvider
  /** The same with these values. */
  readonly serveWith: (values: GeneratedValues) => Promise<PreparedProvider>
  /** What the plan is made from. */
  readonly input: PlanInput
  readonly plan: Plan
}

/**
 * Reads, renders and checks all that an environment is made from, and plans it. Throws `InvalidInput` with every
 * problem.
 */
export async function prepare(
  config: Config,
  environment: Environment,
  strategy: StrategyName,
  host: Host,
  options: { readonly signal?: AbortSignal; readonly isCoverage?: boolean } = {},
): Promise<Prepared> {
  const isCoverage = options.isCoverage === true
  const equipped = withEnvironmentService(config, environment)
  const all = servicesOf(equipped.config, equipped.environment)
  const sources = withNamespaces(manifestSources(config, all, host.exec(), options), environment)
  const manifests = await prepareManifests(sources, [...config.images.values()])
  const wanted = aboutOwnObjects(all, manifests)
  const hooked = withHooks(equipped.config, equipped.environment, wanted, manifests)
  const shared = withSharedObjects(hooked, manifests.isClusterScoped)
  const provider = await providerOf(environment.cluster.provider)
  const { files } = valueFiles(handOverDirectory(config, environment), config.generated)
  const complete = withGenerated(shared, files, host.env)
  const { services } = complete
  const forwards = findForwardTargets(equipped.config, wanted, manifests.services)
  const prepareWith = (of: typeof complete.manifests) => {
    const measured = measuredServices(config, { ...manifests, services: of }, provider, isCoverage)
    const prepared = provider.prepare(environment, services, measured.services, forwards.targets)
    return prepared.then((served) => ({ measured, served }))
  }
  const { measured, served } = await prepareWith(complete.manifests)
  const objectsOf = (service: string) =>
    manifests.services.find((of) => of.service === service)?.objects ?? []
  const read = wanted.filter(({ name }) => !manifests.incomplete.has(name))
  throwIfInvalid([
    ...manifests.diagnostics,
    ...complete.diagnostics,
    ...served.diagnostics,
    ...[
      ...environmentProblems(manifests.services),
      ...shared.problems,
      ...served.problems.map(measured.aboutOriginal),
    ].map(manifests.locate),
    ...(isCoverage ? nothingMeasured(config, environment.name, measured) : []),
    ...unsupportedWaits(provider.name, wanted, config.locate),
    ...unknownWaits(read, objectsOf, config.locate),
    ...forwards.diagnostics,
    ...unsupportedOutputs(provider.name, wanted, config),
    ...uselessVariables(read, objectsOf, config),
  ])
  const isClusterThere = host.store.read(environmentId(config, environment)) !== undefined
  const known = machineFacts(config, host.history)
  const facts = {
    imagesOf: withImagesInVariables(complete.imagesOf, services),
    provider: provider.traits,
    isClusterThere,
    ...(isClusterThere ? withoutStart(known) : known),
  }
  const input = { config: complete.config, environment: complete.environment, facts }
  const plan = assemblePlan(complete.config, complete.environment, strategy, facts)
  return {
    config: complete.config,
    services,
    manifests,
    forwards: forwards.targets,
    provider,
    measured: measured.images,
    served,
    serveWith: async (values) => (await prepareWith(complete.manifestsWith(values))).served,
    input,
    // A cluster that is there need not be started: then what waits for it would wait for nothing.
    plan: facts.isClusterThere ? plan : await startClusterInTime(plan),
  }
}

/** A service that is told the reference of an image needs it as much as one that runs it. */
function withImagesInVariables(
  imagesOf: ReadonlyMap<string, readonly string[]>,
  services: readonly Service[],
): ReadonlyMap<string, readonly string[]> {
  return new Map(
    services.map(({ name, env }) => {
      const told = [...env.values()].flatMap(({ parts }) =>
        parts.flatMap((part) =>
          part.kind === 'expression' && part.expression.root === 'images' ? [part.expression.image] : [],
        ),
      )
      return [name, [...new Set([...(imagesOf.get(name) ?? []), ...told])]]
    }),
  )
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
