import type { ClusterProvider } from '../../src/config/config.ts'
import { assemblePlan } from '../../src/plan/assemble-plan.ts'
import type { Plan, StrategyName } from '../../src/plan/plan.ts'
import type { PlanInput } from '../../src/plan/replicate.ts'
import { configOf, environmentOf } from './sample-config.ts'

export interface ShopOptions {
  readonly provider?: ClusterProvider
  /** Whether names are answered for only some time after the cluster is there. */
  readonly awaitsDns?: boolean
  /** Milliseconds by task; none has no history. */
  readonly durations?: Readonly<Record<string, number>>
}

/** What a shop is planned from: two images on one base, each run by a service, and a database that is pulled. */
export function shopInput({
  provider = 'kind',
  awaitsDns = false,
  durations = {},
}: ShopOptions = {}): PlanInput {
  const config = configOf(`project: shop
images:
  base: { dockerfile: base.Dockerfile }
  api: { dockerfile: api.Dockerfile, needs: [base] }
  web: { dockerfile: web.Dockerfile, needs: [base] }
  db: { pull: docker.io/library/db:1 }
services:
  db: { apply: db.yaml }
  api: { apply: api.yaml, needs: [db] }
  web: { apply: web.yaml, needs: [api] }
environments:
  e2e: { services: [web], cluster: { provider: ${provider} } }
`)
  const isKind = provider === 'kind'
  return {
    config,
    environment: environmentOf(config, 'e2e'),
    facts: {
      imagesOf: new Map([
        ['db', ['db']],
        ['api', ['api']],
        ['web', ['web']],
      ]),
      provider: {
        loadsImages: isKind,
        awaitsDns,
        ...(isKind ? { startMemoryBytes: 2 ** 30 } : {}),
      },
      // Without the tasks that read images ahead: as many again, and of no interest here.
      isClusterThere: true,
      cpus: 8,
      memoryBytes: 16 * 2 ** 30,
      expectedMs: (task) => durations[task] ?? 0,
      memoryOf: () => 0,
    },
  }
}

/** Of every task of the shop. */
export const shopDurations: Readonly<Record<string, number>> = {
  'build:base': 20_000,
  'build:api': 30_000,
  'build:web': 40_000,
  'pull:db': 5_000,
  'cluster:kind': 40_000,
  'nodes:kind': 4_000,
  'load:db': 1_000,
  'load:api': 1_000,
  'load:web': 1_000,
  'deploy:db': 500,
  'deploy:api': 500,
  'deploy:web': 500,
  'ready:db': 3_000,
  'ready:api': 3_000,
  'ready:web': 3_000,
}

export function shopPlan(options: ShopOptions = {}, strategy: StrategyName = 'pipelined'): Plan {
  const { config, environment, facts } = shopInput(options)
  return assemblePlan(config, environment, strategy, facts)
}
