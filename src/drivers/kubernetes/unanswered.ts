import type { RolloutState } from '../cluster.ts'
import { isNotFound, KubernetesError } from './kubernetes-error.ts'
import { isPassing } from './retry.ts'

/** What a look is worth that the server did not answer: a CRD or the server may be there in a moment, rights may not. */
export function unansweredState(error: unknown): RolloutState {
  if (!(error instanceof KubernetesError)) throw error
  const state = { ready: 0, total: 1, waitingFor: error.serverMessage }
  if (isNotFound(error) || isPassing(error)) return state
  return { ...state, failure: { message: error.message, detail: '' } }
}
