import type { Config, Environment } from '../config/config.ts'
import { servicesOf } from '../config/select.ts'
import type { RunSaving } from '../engine/events.ts'
import { simulate } from '../engine/simulate.ts'
import { assemblePlan } from '../plan/assemble-plan.ts'
import { startClusterInTime } from '../plan/cluster-start.ts'
import { type Plan, type StrategyName, strategyNames } from '../plan/plan.ts'
import { type Prediction, predict } from '../plan/prediction.ts'
import { originalOf, type PlanInput, replicateServices } from '../plan/replicate.ts'
import { projectId } from './environment-id.ts'
import type { Host } from './host.ts'
import { savingsOf } from './measured/savings.ts'
import { InvalidInput } from './operation-error.ts'
import { prepare } from './prepare/prepare.ts'

/** Another machine, or more to do, than there is. */
export interface Supposition {
  readonly cpus?: number
  readonly memoryBytes?: number
  /** So many services instead of those of the environment, which are copied in turn. */
  readonly services?: number
}

export interface ForecastOptions {
  readonly config: Config
  readonly environment: Environment
  readonly strategy: StrategyName
  readonly host: Host
  readonly suppose?: Supposition
}

/** What a run will be like, by what earlier runs on this machine took. */
export interface Forecast {
  readonly plan: Plan
  readonly prediction: Prediction
  /** The same work by every strategy. */
  readonly strategies: readonly StrategyForecast[]
  /** What the run would gain without parts of its work, most first. */
  readonly savings: readonly RunSaving[]
}

export interface StrategyForecast
  extends Pick<Prediction, 'totalMs' | 'isEstimate' | 'clusterIdleMs' | 'lowerBoundMs'> {
  readonly strategy: StrategyName
}

/**
 * Predicts a run without doing anything, for the case that nothing is there yet: what is reused takes less. Throws
 * `InvalidInput` with every problem.
 */
export async function forecast(options: ForecastOptions): Promise<Forecast> {
  const { config, environment, strategy, host, suppose } = options
  const prepared = await prepare(config, environment, strategy, host)
  const input = suppose === undefined ? prepared.input : supposed(prepared.input, suppose)
  const planOf = (name: StrategyName) =>
    startClusterInTime(assemblePlan(input.config, input.environment, name, input.facts))
  const plan = suppose === undefined ? prepared.plan : await planOf(strategy)
  const strategies: StrategyForecast[] = []
  for (const name of strategyNames) {
    const { totalMs, isEstimate, clusterIdleMs, lowerBoundMs } = await predict(await planOf(name))
    const idle = clusterIdleMs === undefined ? {} : { clusterIdleMs }
    strategies.push({ strategy: name, totalMs, isEstimate, ...idle, lowerBoundMs })
  }
  const savings = await savingsOf(
    plan.tasks,
    input.config,
    (task) => host.history.instructions(projectId(config), originalOf(task)),
    async (tasks) => (await simulate(tasks, plan.capacity)).totalMs,
  )
  return { plan, prediction: await predict(plan), strategies, savings }
}

function supposed(input: PlanInput, { cpus, memoryBytes, services }: Supposition): PlanInput {
  const { config, environment } = input
  const count = servicesOf(config, environment).length
  if (services !== undefined && services < count) {
    const location = config.locate(['environments', environment.name])
    throw new InvalidInput([
      {
        code: 'E_CONFIG_ENVIRONMENT',
        severity: 'error',
        message: `environment \`${environment.name}\` has ${count} services, more than the ${services} to simulate`,
        ...(location === undefined ? {} : { location }),
        hint: `simulate services=${count} or more: services can be added, not taken away`,
      },
    ])
  }
  const more = services === undefined ? input : replicateServices(input, services)
  const { facts } = more
  return {
    ...more,
    facts: { ...facts, cpus: cpus ?? facts.cpus, memoryBytes: memoryBytes ?? facts.memoryBytes },
  }
}
