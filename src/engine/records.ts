import { unreachable } from '../util/unreachable.ts'
import type {
  Note,
  PlanReady,
  ResourceCreated,
  RunEvent,
  RunFinished,
  RunStarted,
  TaskFailure,
  TaskFinished,
} from './events.ts'
import type { Outcome } from './outcome.ts'
import type { TaskOutputs } from './task-context.ts'
import type { UndoFailure } from './undo-stack.ts'

/** A task that has ended. Times are milliseconds since the start of the run. */
export interface TaskRecord {
  readonly id: string
  readonly outcome: Outcome
  /** Absent when the task never started. */
  readonly startMs?: number
  readonly endMs: number
  /** How often it was tried; 0 when it never started. */
  readonly attempts: number
  readonly failure?: TaskFailure
  readonly outputs?: TaskOutputs
}

/** A task that has started and not ended: it is running, or the run was killed. */
export interface OpenTask {
  readonly id: string
  readonly startMs: number
  readonly attempts: number
}

/** The teardown, as far as it went. */
export interface TeardownRecord {
  readonly reason: 'failed' | 'interrupted' | 'finished'
  readonly startMs: number
  readonly actions: number
  readonly failures: readonly UndoFailure[]
  /** Absent when it did not come to its end. */
  readonly endMs?: number
}

/**
 * Everything the events of a run say, in the form in which reports need it; output, progress, parts of tasks and
 * samples of the machine are left out.
 */
export interface RunRecord {
  started?: RunStarted
  plan?: PlanReady
  finished?: RunFinished
  teardown?: TeardownRecord
  /** By id, in the order in which they ended. */
  readonly tasks: Map<string, TaskRecord>
  readonly open: Map<string, OpenTask>
  /** What was created and not removed. */
  readonly resources: ResourceCreated[]
  readonly notes: Note[]
  /** The time of the last event. */
  lastMs: number
}

/** The record before the first event. */
export function emptyRecord(): RunRecord {
  return { tasks: new Map(), open: new Map(), resources: [], notes: [], lastMs: 0 }
}

/** The record of a stream of events, complete or not. */
export function replay(events: Iterable<RunEvent>): RunRecord {
  const record = emptyRecord()
  for (const event of events) applyEvent(record, event)
  return record
}

/** Brings a record up to date with the next event, in place: a run can have tens of thousands of them. */
export function applyEvent(record: RunRecord, event: RunEvent): void {
  record.lastMs = event.at
  switch (event.type) {
    case 'run-started':
      record.started = event
      return
    case 'plan-ready':
      record.plan = event
      return
    case 'task-started':
      record.open.set(event.task, { id: event.task, startMs: event.at, attempts: 1 })
      return
    case 'task-retried': {
      const task = record.open.get(event.task)
      if (task) record.open.set(task.id, { ...task, attempts: event.attempt + 1 })
      return
    }
    case 'task-finished':
      record.tasks.set(event.task, ended(event, record.open.get(event.task)))
      record.open.delete(event.task)
      return
    case 'resource-created':
      record.resources.push(event)
      return
    case 'resource-removed': {
      const { kind, name } = event
      const index = record.resources.findIndex((one) => one.kind === kind && one.name === name)
      if (index >= 0) record.resources.splice(index, 1)
      return
    }
    case 'teardown-started':
      record.teardown = { reason: event.reason, startMs: event.at, actions: event.actions, failures: [] }
      return
    case 'teardown-failed':
      if (record.teardown) {
        const failure = { task: event.task, message: event.message }
        record.teardown = { ...record.teardown, failures: [...record.teardown.failures, failure] }
      }
      return
    case 'teardown-finished':
      if (record.teardown) record.teardown = { ...record.teardown, endMs: event.at }
      return
    case 'note':
      record.notes.push(event)
      return
    case 'run-finished':
      record.finished = event
      return
    case 'task-output':
    case 'task-progress':
    case 'task-part':
    case 'machine-sample':
      return
    default:
      unreachable(event)
  }
}

function ended(event: TaskFinished, open: OpenTask | undefined): TaskRecord {
  return {
    id: event.task,
    outcome: event.outcome,
    ...(open && { startMs: open.startMs }),
    endMs: event.at,
    attempts: open?.attempts ?? 0,
    ...(event.failure && { failure: event.failure }),
    ...(event.outputs && { outputs: event.outputs }),
  }
}
