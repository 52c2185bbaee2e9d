import { never, type WaitStrategy, waitStateOf } from './wait-strategy.ts'

/** The Jobs of the service, or one of them, are complete. */
export function jobWait(name: string | undefined): WaitStrategy {
  return {
    name: name === undefined ? 'job' : `job ${name}`,
    isWatched: true,
    async look({ cluster, service, restarts, signal }) {
      const state = await cluster.rollout(service, restarts, { job: name ?? true, signal })
      if (state.total > 0) return waitStateOf(state)
      return never(
        `the manifests have no Job${name === undefined ? '' : ` \`${name}\``}`,
        `correct \`ready\` of ${service}`,
      )
    },
  }
}
