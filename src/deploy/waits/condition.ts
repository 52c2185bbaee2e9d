import type { ObjectCondition } from '../../drivers/cluster.ts'
import { notYet, unserved, type WaitStrategy } from './wait-strategy.ts'

/** A condition in the status of some object says what it should, such as `Established` of a CRD. */
export function conditionWait(condition: ObjectCondition): WaitStrategy {
  const { object, type, status } = condition
  return {
    name: `condition ${object.kind}/${object.name} ${type}${status === 'True' ? '' : `=${status}`}`,
    isWatched: true,
    async look(target) {
      const { cluster, service, signal } = target
      const state = await cluster.condition?.(service, condition, { signal })
      if (state === undefined) return unserved('condition', target)
      const { ready, total, waitingFor, failure } = state
      if (failure !== undefined) return { isReady: false, reason: failure.message, failure }
      return ready === total ? { isReady: true } : notYet(waitingFor)
    },
  }
}
