import { type WaitStrategy, waitStateOf } from './wait-strategy.ts'

/** Every workload of the service is up by its own probes; Jobs are complete. */
export function rolloutWait(): WaitStrategy {
  return {
    name: 'rollout',
    isWatched: true,
    look: async ({ cluster, service, restarts, signal }) =>
      waitStateOf(await cluster.rollout(service, restarts, { signal })),
  }
}
