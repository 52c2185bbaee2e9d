import type { Clock } from '../../util/clock.ts'
import { KubernetesError } from './kubernetes-error.ts'

export interface RetryOptions {
  readonly clock: Clock
  readonly signal: AbortSignal | undefined
  /** Told of each error that is not the last word. */
  readonly onRetry?: (error: KubernetesError, pauseMs: number) => void
}

/** A webhook's pod takes that long from being ready to being reached, at the very most. */
const patienceMs = 60_000
/** A kind may come with a CRD that somebody is just applying; usually it is a misspelling. */
const unknownKindPatienceMs = 10_000
const firstPauseMs = 200
const longestPauseMs = 5_000

/** Does it again as long as the error is one that passes (R4), for a minute at most; any other is told at once. */
export async function retrying<T>(call: () => Promise<T>, options: RetryOptions): Promise<T> {
  const { clock, signal } = options
  const startMs = clock.now()
  for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(pauseMs * 1.6, longestPauseMs)) {
    try {
      return await call()
    } catch (error) {
      if (!(error instanceof KubernetesError) || !isPassing(error)) throw error
      const patience = error.reason === 'NoSuchKind' ? unknownKindPatienceMs : patienceMs
      if (clock.now() + pauseMs - startMs > patience) throw error
      options.onRetry?.(error, pauseMs)
    }
    await clock.sleep(pauseMs, signal)
  }
}

/** Whether it may be otherwise in a moment: the server is away, busy, or was overtaken; a webhook does not serve yet. */
export function isPassing({ status, reason, serverMessage }: KubernetesError): boolean {
  if (reason === 'NoSuchKind') return true
  if (status === undefined) return isPassingConnection(serverMessage, reason)
  if (status === 409 || status === 429 || status === 503 || status === 504) return true
  // The server's word for: ask again, such as while a namespace's service account has no token yet.
  if (reason === 'ServerTimeout') return true
  return isPassingMessage(serverMessage) || (status === 500 && /etcdserver|timed? ?out/i.test(serverMessage))
}

/** Words with which the server, or a controller in an event, says that it will try again. */
export function isPassingMessage(message: string): boolean {
  return (
    /failed (?:calling|to call) webhook|conversion webhook .* failed/i.test(message) ||
    /because it is being terminated/.test(message) ||
    // Another service of the environment declares it; or it comes a moment after its namespace.
    /^namespaces "[^"]+" not found/.test(message) ||
    /serviceaccount "default" not found/.test(message)
  )
}

function isPassingConnection(message: string, reason: string): boolean {
  if (reason === 'Timeout') return true
  if (reason !== 'Unreachable') return false
  return /ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|socket hang up|aborted|before secure TLS/i.test(message)
}
