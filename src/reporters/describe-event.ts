import type { RunEvent, TaskFailure, TaskFinished } from '../engine/events.ts'
import { formatDuration } from '../util/duration.ts'
import { unreachable } from '../util/unreachable.ts'
import { printable } from './printable.ts'

/** How a line is meant: decides its colour and sign. */
export type Tone = 'start' | 'good' | 'bad' | 'warning' | 'muted' | 'plain'

/** Gives a text its colour. */
export type Paint = (text: string) => string

/** What a person is told of an event. */
export interface Description {
  /** The task, or `kindling` for the run as a whole. */
  readonly subject: string
  /** One line. */
  readonly text: string
  /** Further lines: where, why, what to do. */
  readonly details: readonly string[]
  readonly tone: Tone
}

/** What to tell of an event; `undefined` for one that changes no state. `tail` is the end of the task's output. */
export function describeEvent(event: RunEvent, tail: readonly string[] = []): Description | undefined {
  switch (event.type) {
    case 'run-started': {
      const environment = event.environment === null ? '' : ` ${event.environment}`
      return line('kindling', `${event.command}${environment}, run ${event.run}`)
    }
    case 'plan-ready':
      return line('kindling', `${count(event.tasks.length, 'task')}, strategy ${event.strategy}`)
    case 'task-started':
      return line(event.task, 'started', 'start')
    case 'task-retried': {
      const again = `attempt ${event.attempt + 1} in ${formatDuration(event.delayMs)}`
      return line(event.task, `attempt ${event.attempt} failed: ${event.reason}; ${again}`, 'warning')
    }
    case 'task-finished':
      return finished(event, tail)
    case 'teardown-started': {
      const budget = formatDuration(event.budgetMs)
      return line('kindling', `taking down: ${count(event.actions, 'action')}, at most ${budget}`)
    }
    case 'teardown-failed':
      return line(event.task, `could not be undone: ${event.message}`, 'bad')
    case 'teardown-finished': {
      const failed = event.failed > 0 ? `, ${count(event.failed, 'action')} failed` : ''
      const text = `taken down in ${formatDuration(event.durationMs)}${failed}`
      return line('kindling', text, event.failed > 0 ? 'bad' : 'plain')
    }
    case 'note':
      return event.level === 'warning'
        ? line('kindling', `warning: ${event.text}`, 'warning')
        : line('kindling', event.text)
    case 'run-finished': {
      const text = `${event.outcome} in ${formatDuration(event.durationMs)}`
      return line('kindling', text, event.outcome === 'succeeded' ? 'good' : 'bad')
    }
    case 'task-output':
    case 'task-progress':
    case 'task-part':
    case 'machine-sample':
    case 'resource-created':
    case 'resource-removed':
      return undefined
    default:
      return unreachable(event)
  }
}

/** `1 task`, `2 tasks`. */
export function count(value: number, noun: string): string {
  return `${value} ${noun}${value === 1 ? '' : 's'}`
}

function finished(event: TaskFinished, tail: readonly string[]): Description {
  const { task, outcome, failure } = event
  const duration = formatDuration(event.durationMs)
  switch (outcome) {
    case 'succeeded':
    case 'reused':
      return line(task, `${outcome} in ${duration}`, 'good')
    case 'failed': {
      const said = failure ? `: ${failure.message} (${failure.code})` : ''
      return line(task, `failed after ${duration}${said}`, 'bad', failureDetails(failure, tail))
    }
    case 'timed-out':
      return line(task, `timed out after ${duration}`, 'bad', failureDetails(failure, tail))
    case 'cancelled':
      return line(task, event.durationMs > 0 ? `cancelled after ${duration}` : 'cancelled', 'muted')
    case 'blocked':
      return line(task, `blocked by ${failure?.causes?.join(', ') ?? 'a failure'}`, 'muted')
    default:
      return unreachable(outcome)
  }
}

/** Where it happened, what to do, and the tool's own words: what is longest comes last. */
function failureDetails(failure: TaskFailure | undefined, tail: readonly string[]): string[] {
  const detail = failure?.detail ? failure.detail.split('\n') : []
  // The detail often is the end of the output: then that need not be said twice.
  const known = new Set(detail.map((said) => said.trim()))
  const rest = tail.filter((said) => !known.has(printable(said).trim()))
  return [
    ...(failure?.where === undefined ? [] : [`at ${failure.where}`]),
    ...(failure?.hint === undefined ? [] : [`hint: ${failure.hint}`]),
    ...rest,
    ...detail,
  ].flatMap((said) => printable(said).trimEnd().split('\n'))
}

function line(
  subject: string,
  text: string,
  tone: Tone = 'plain',
  details: readonly string[] = [],
): Description {
  const [first = '', ...more] = printable(text).trimEnd().split('\n')
  return { subject, text: first, details: [...more, ...details], tone }
}
