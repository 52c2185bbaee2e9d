import type { WaitStrategy } from './wait-strategy.ts'

/** Every workload of the service is up by its own probes; Jobs are complete. */
export function rolloutWait(): WaitStrategy {
  return {
    name: 'rollout',
    async look({ cluster, service, restarts, signal }) {
      const { ready, total, waitingFor, failure } = await cluster.rollout(service, restarts, { signal })
      if (failure !== undefined) return { isReady: false, reason: failure.message, failure }
      if (ready === total) return { isReady: true }
      return { isReady: false, reason: `${ready}/${total} ready, waiting for ${waitingFor}` }
    },
  }
}
