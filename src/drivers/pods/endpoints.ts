import type { RolloutState } from '../cluster.ts'
import type { PodPlan } from './pod-plan.ts'

/** The Services in front of pods, by the short one of the names under which others find these. */
export function servicesBefore(pods: readonly PodPlan[]): readonly string[] {
  return [...new Set(pods.flatMap(({ aliases }) => aliases.filter((alias) => !alias.includes('.'))))]
}

/** How many of these Services have a pod behind them, of whatever service, that is ready (R8). */
export async function endpointsOf(
  services: readonly string[],
  pods: readonly PodPlan[],
  rolloutOf: (pod: PodPlan) => Promise<RolloutState>,
): Promise<RolloutState> {
  const states = await Promise.all(
    services.map(async (name) => {
      const behind = pods.filter(({ aliases }) => aliases.includes(name))
      const states = await Promise.all(behind.map(rolloutOf))
      const isServed = states.some(({ ready, total }) => ready === total)
      const missing = states.map(({ failure, waitingFor }) => failure?.message ?? waitingFor).find(Boolean)
      return { name, isServed, missing }
    }),
  )
  const waiting = states.find(({ isServed }) => !isServed)
  return {
    ready: states.filter(({ isServed }) => isServed).length,
    total: states.length,
    waitingFor:
      waiting === undefined
        ? ''
        : `an address behind Service ${waiting.name}${waiting.missing ? ` (${waiting.missing})` : ''}`,
  }
}
