import type { TaskFailure } from './events.ts'

/** How a failed attempt may be tried again. */
export interface RetryAdvice {
  /** Whether another attempt can succeed; default no. */
  readonly isRetryable?: boolean
  /** Milliseconds to wait before it; default 1,000. */
  readonly retryDelayMs?: number
  /** A slot of which there was too much in use at once: its capacity is halved before the next attempt. */
  readonly narrows?: string
}

/** What `execute` throws when it finds that the task cannot go on because of others, which have failed. */
export class BlockedError extends Error {
  override readonly name = 'BlockedError'
  /** Their ids. */
  readonly causes: readonly string[]

  constructor(causes: readonly string[]) {
    super(`${causes.join(', ')} failed`)
    this.causes = causes
  }
}

/** What `execute` throws for a failure it expects. Anything else it throws counts as a bug. */
export class TaskError extends Error {
  override readonly name = 'TaskError'
  readonly failure: TaskFailure
  readonly isRetryable: boolean
  readonly retryDelayMs: number
  readonly narrows: string | undefined

  constructor(failure: TaskFailure, advice: RetryAdvice & { readonly cause?: unknown } = {}) {
    super(failure.message, { cause: advice.cause })
    this.failure = failure
    this.isRetryable = advice.isRetryable ?? false
    this.retryDelayMs = advice.retryDelayMs ?? 1_000
    this.narrows = advice.narrows
  }
}
