import type { RunEvent, TaskProgress } from '../engine/events.ts'
import type { Outcome } from '../engine/outcome.ts'
import type { Slots, Task } from '../engine/task.ts'
import { type ExpectedTask, expectedTasks } from './expected-end.ts'
import { printable } from './printable.ts'

/** What is known of a running task. */
export interface LiveTask {
  readonly id: string
  readonly startMs: number
  /** As planned; absent for a task that is in no plan. */
  readonly planned?: Task
  /** What it is doing, in its own words. */
  readonly text: string
  /** How far it is, where that is known. */
  readonly done?: number
  readonly total?: number
  readonly unit?: TaskProgress['unit']
}

/** Everything that is shown of a run while it goes on, and nothing else. */
export interface LiveState {
  readonly total: number
  readonly capacity: Slots
  /** In the order in which they started. */
  readonly running: readonly LiveTask[]
  /** Those that have neither started nor ended, in the order of the plan. */
  readonly waiting: readonly Task[]
  /** What is expected of all tasks, in the order in which they will end; empty where nothing is. */
  readonly expected: readonly ExpectedTask[]
  readonly counts: Readonly<Record<Outcome, number>>
  readonly teardown?: { readonly actions: number; readonly failed: number }
  readonly isFinished: boolean
}

export const initialState: LiveState = {
  total: 0,
  capacity: {},
  running: [],
  waiting: [],
  expected: [],
  counts: { succeeded: 0, reused: 0, failed: 0, 'timed-out': 0, cancelled: 0, blocked: 0 },
  isFinished: false,
}

/** The state after an event. */
export function reduce(state: LiveState, event: RunEvent): LiveState {
  switch (event.type) {
    case 'plan-ready': {
      const { tasks, capacity } = event
      return { ...state, total: tasks.length, capacity, waiting: tasks, expected: expectedTasks(event) }
    }
    case 'task-started': {
      const planned = state.waiting.find(({ id }) => id === event.task)
      const task: LiveTask = { id: event.task, startMs: event.at, text: '', ...(planned && { planned }) }
      return { ...state, waiting: without(state.waiting, event.task), running: [...state.running, task] }
    }
    case 'task-progress': {
      const { task, text, done, total, unit } = event
      return withTask(state, task, {
        text: oneLine(text),
        ...(done !== undefined && { done }),
        ...(total !== undefined && { total }),
        ...(unit !== undefined && { unit }),
      })
    }
    case 'task-retried':
      return withTask(state, event.task, { text: `attempt ${event.attempt + 1}` })
    case 'task-finished':
      return {
        ...state,
        waiting: without(state.waiting, event.task),
        running: without(state.running, event.task),
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

function without<T extends { readonly id: string }>(tasks: readonly T[], task: string): readonly T[] {
  return tasks.some(({ id }) => id === task) ? tasks.filter(({ id }) => id !== task) : tasks
}

/** Everything of an earlier progress is forgotten with it. */
function withTask(
  state: LiveState,
  id: string,
  now: Omit<LiveTask, 'id' | 'startMs' | 'planned'>,
): LiveState {
  return {
    ...state,
    running: state.running.map((task) => {
      if (task.id !== id) return task
      const { startMs, planned } = task
      return { id, startMs, ...(planned && { planned }), ...now }
    }),
  }
}

/** Text of a task as it fits into a row. */
export function oneLine(text: string): string {
  return printable(text).replaceAll(/\s+/g, ' ').trim()
}
