import type { RunEvent } from '../engine/events.ts'
import type { Outcome } from '../engine/outcome.ts'
import { printable } from './printable.ts'

/** What the live terminal knows of a running task. */
export interface LiveTask {
  readonly id: string
  readonly startMs: number
  /** What it is doing, in its own words. */
  readonly text: string
  /** How far it is, 0 to 1, where that is known. */
  readonly share?: number
}

/** Everything the live terminal shows, and nothing else. */
export interface LiveState {
  readonly total: number
  /** In the order in which they started. */
  readonly running: readonly LiveTask[]
  readonly counts: Readonly<Record<Outcome, number>>
  readonly teardown?: { readonly actions: number; readonly failed: number }
  readonly isFinished: boolean
}

export const initialState: LiveState = {
  total: 0,
  running: [],
  counts: { succeeded: 0, reused: 0, failed: 0, 'timed-out': 0, cancelled: 0, blocked: 0 },
  isFinished: false,
}

/** The state after an event. */
export function reduce(state: LiveState, event: RunEvent): LiveState {
  switch (event.type) {
    case 'plan-ready':
      return { ...state, total: event.tasks.length }
    case 'task-started': {
      const task: LiveTask = { id: event.task, startMs: event.at, text: '' }
      return { ...state, running: [...state.running, task] }
    }
    case 'task-progress': {
      const { text, done, total } = event
      const share = done !== undefined && total ? Math.min(1, done / total) : undefined
      return withTask(state, event.task, { text: oneLine(text), ...(share !== undefined && { share }) })
    }
    case 'task-retried':
      return withTask(state, event.task, { text: `attempt ${event.attempt + 1}` })
    case 'task-finished':
      return {
        ...state,
        running: state.running.filter(({ id }) => id !== event.task),
        counts: { ...state.counts, [event.outcome]: state.counts[event.outcome] + 1 },
      }
    case 'teardown-started':
      return { ...state, teardown: { actions: event.actions, failed: 0 } }
    case 'teardown-failed':
      return state.teardown
        ? { ...state, teardown: { ...state.teardown, failed: state.teardown.failed + 1 } }
        : state
    case 'run-finished':
      return { ...state, isFinished: true }
    default:
      return state
  }
}

function withTask(state: LiveState, id: string, now: Pick<LiveTask, 'text' | 'share'>): LiveState {
  return {
    ...state,
    running: state.running.map((task) => (task.id === id ? { id, startMs: task.startMs, ...now } : task)),
  }
}

function oneLine(text: string): string {
  return printable(text).replaceAll(/\s+/g, ' ').trim()
}
