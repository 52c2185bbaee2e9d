import { formatDuration } from '../util/duration.ts'
import type { TaskFailure } from './events.ts'
import type { Task } from './task.ts'
import { TaskError } from './task-error.ts'

/** The codes of the failures the engine itself makes; all others come from the tasks. */
export const engineFailureCodes = [
  'E_TASK_BLOCKED',
  'E_TASK_CANCELLED',
  'E_TASK_TIMEOUT',
  'E_INTERNAL',
] as const

type EngineFailureCode = (typeof engineFailureCodes)[number]

/** Why a run was stopped: from outside, or because of a task that failed. */
export type StopReason = { readonly type: 'interrupted' } | { readonly type: 'failed'; readonly task: string }

interface EngineFailure extends TaskFailure {
  readonly code: EngineFailureCode
}

/** The failure of a task that could not start because of `causes`, the failed tasks at the root. */
export function blockedFailure(task: Task, causes: readonly string[]): TaskFailure {
  return failure({
    code: 'E_TASK_BLOCKED',
    message: `${task.id} did not start: ${listed(causes)} failed`,
    causes,
  })
}

/** The failure of a task that found, once it ran, that it cannot go on because of `causes`. */
export function givenUpFailure(task: Task, causes: readonly string[]): TaskFailure {
  return failure({
    code: 'E_TASK_BLOCKED',
    message: `${task.id} was given up: ${listed(causes)} failed`,
    causes,
  })
}

/** The failure of a task that was ended, or not started, because the run was stopped. */
export function cancelledFailure(task: Task, reason: StopReason): TaskFailure {
  const code = 'E_TASK_CANCELLED'
  return reason.type === 'interrupted'
    ? failure({ code, message: `${task.id} was cancelled: the run was interrupted` })
    : failure({ code, message: `${task.id} was cancelled: ${reason.task} failed`, causes: [reason.task] })
}

/** The failure of a task whose time was over. */
export function timeoutFailure(task: Task, timeoutMs: number): TaskFailure {
  return failure({
    code: 'E_TASK_TIMEOUT',
    message: `${task.id} did not finish within its limit of ${formatDuration(timeoutMs)}`,
  })
}

/** The failure for what was thrown: its own if it was expected, else an internal error with the stack. */
export function failureOf(thrown: unknown): TaskFailure {
  if (thrown instanceof TaskError) return thrown.failure
  const message = thrown instanceof Error ? thrown.message : String(thrown)
  const detail = thrown instanceof Error ? thrown.stack : undefined
  return failure({
    code: 'E_INTERNAL',
    message: message.startsWith('Internal error: ') ? message : `Internal error: ${message}`,
    ...(detail !== undefined && { detail }),
  })
}

/** An interruption with what the interrupted work said last: often the true reason for a timeout. */
export function withLastWords(interruption: TaskFailure, thrown: unknown): TaskFailure {
  if (!(thrown instanceof TaskError) || thrown.failure === interruption) return interruption
  const { message, where, detail, hint } = thrown.failure
  return {
    ...interruption,
    ...(where !== undefined && { where }),
    detail: detail === undefined ? message : `${message}\n${detail}`,
    ...(hint !== undefined && { hint }),
  }
}

function failure(value: EngineFailure): TaskFailure {
  return value
}

function listed(ids: readonly string[]): string {
  const shown = ids.length > 3 ? [...ids.slice(0, 2), `${ids.length - 2} more`] : ids
  return shown.length > 1 ? `${shown.slice(0, -1).join(', ')} and ${shown.at(-1)}` : `${shown[0]}`
}
