import type { TaskError } from '../engine/task-error.ts'
import type { CommandError } from '../exec/command-error.ts'
import { taskError, type WordedFailure } from './failure.ts'

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

/** What a failed pull or push is told as, and whether another attempt may find the registry in a better state. */
export function registryFailure(
  error: CommandError,
  attempt: number,
  words: Pick<WordedFailure, 'code' | 'message'> & {
    /** What to do when the registry cannot be reached, and when it refuses. */
    readonly hints: { readonly unreachable: string; readonly refused: string }
  },
): TaskError {
  const { code, message, hints } = words
  const isBusy = passing.test(error.stderr)
  const hint = isUnreachable(error)
    ? `the registry cannot be reached from here: ${hints.unreachable}`
    : isBusy
      ? 'the registry is there, but busy or limiting requests: try again later; with a login it may allow more'
      : `${hints.refused} (\`podman login\`)`
  return taskError(
    { code, message, where: error.where, detail: error.tail || error.message, hint },
    {
      cause: error,
      isRetryable: error.reason === 'exit' && isBusy,
      retryDelayMs: firstRetryDelayMs * 2 ** (attempt - 1),
    },
  )
}
