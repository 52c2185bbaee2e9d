import { never, unserved, type WaitStrategy, waitStateOf } from './wait-strategy.ts'

/** The Services of the service, or one of them, have ready addresses behind them (R8). */
export function endpointsWait(name: string | undefined): WaitStrategy {
  return {
    name: name === undefined ? 'endpoints' : `endpoints ${name}`,
    isWatched: true,
    async look(target) {
      const { cluster, service, signal } = target
      const state = await cluster.endpoints?.(service, name, { signal })
      if (state === undefined) return unserved('endpoints', target)
      if (state.total > 0 || state.failure !== undefined) return waitStateOf(state)
      return never(
        `the manifests have no Service${name === undefined ? '' : ` \`${name}\``}`,
        `correct \`ready\` of ${service}`,
      )
    },
  }
}
