import type { RetryAdvice } from '../engine/task-error.ts'
import type { CommandError } from '../exec/command-error.ts'

/** What a failed pull or push says when the registry, rather than the image, is the problem. */
const unreachable =
  /no such host|connection refused|network is unreachable|no route to host|i\/o timeout|TLS handshake timeout|context deadline exceeded|temporary failure in name resolution|server misbehaving/i

/** What may be gone in a moment: registries that are busy, or limit the rate (I13). */
const passing =
  /too many requests|toomanyrequests|\b(?:429|50[0234])\b|unexpected EOF|connection reset|timeout|service unavailable|bad gateway/i

/** Before the second attempt, milliseconds; doubled for each further one. */
const firstRetryDelayMs = 1_000

/** Whether a registry cannot be reached at all. */
export function isUnreachable({ stderr }: CommandError): boolean {
  return unreachable.test(stderr)
}

/** Whether a registry is there, and has no time. */
export function isBusy({ stderr }: CommandError): boolean {
  return passing.test(stderr)
}

/** Whether another attempt may find the registry in a better state, and when. */
export function registryRetry(error: CommandError, attempt: number): RetryAdvice {
  return {
    isRetryable: error.reason === 'exit' && isBusy(error),
    retryDelayMs: firstRetryDelayMs * 2 ** (attempt - 1),
  }
}
