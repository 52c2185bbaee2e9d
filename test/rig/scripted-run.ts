import type { RunEvent } from '../../src/engine/events.ts'
import { type RunOptions, type RunResult, runGraph } from '../../src/engine/run-graph.ts'
import type { Slots, Task } from '../../src/engine/task.ts'
import type { TaskContext, TaskResult } from '../../src/engine/task-context.ts'
import { TaskError } from '../../src/engine/task-error.ts'
import type { Clock } from '../../src/util/clock.ts'
import { VirtualClock } from './virtual-clock.ts'

/** A task together with how its work behaves. */
export interface ScriptedTask extends Task {
  /** How long one attempt takes. */
  readonly workMs: number
  readonly end: 'succeeded' | 'reused' | 'fails' | 'crashes'
  /** How many attempts fail in a way that can be retried before the one that ends as `end` says. */
  readonly transientFailures: number
  /** Whether it goes on after its signal was aborted. */
  readonly isStubborn: boolean
  /** For each undo action it defers before it works: how that ends. */
  readonly undos: readonly ('works' | 'fails')[]
}

/** A task that needs nothing, takes 10 ms and succeeds, but for what `script` says. */
export function aTask(id: string, script: Partial<ScriptedTask> = {}): ScriptedTask {
  return {
    id,
    kind: id.split(':')[0] ?? id,
    phase: 'work',
    needs: [],
    slots: {},
    expectedMs: 0,
    workMs: 10,
    end: 'succeeded',
    transientFailures: 0,
    isStubborn: false,
    undos: [],
    ...script,
  }
}

/** Options for a run in which every task succeeds at once and everything is undone, but for what `options` says. */
export function runOptions(clock: Clock, options: Partial<RunOptions> = {}): RunOptions {
  return {
    execute: async () => ({ outcome: 'succeeded' }),
    capacity: {},
    clock,
    emit: () => {},
    signal: new AbortController().signal,
    failureMode: 'continue',
    maxAttempts: 3,
    cancelGraceMs: 50,
    teardown: () => true,
    teardownBudgetMs: 10_000,
    ...options,
  }
}

export interface ScriptedRunOptions extends Partial<Omit<RunOptions, 'clock' | 'signal' | 'execute'>> {
  readonly capacity?: Slots
  /** When the run is cancelled from outside; default never. */
  readonly cancelAtMs?: number
  /** How long each undo action takes; default 1 ms. */
  readonly undoMs?: number
  /** Instead of playing the script. */
  readonly execute?: (task: ScriptedTask, context: ScriptedContext) => Promise<TaskResult>
}

export interface ScriptedContext extends TaskContext {
  readonly clock: Clock
}

export interface ScriptedRun {
  readonly result: RunResult
  readonly events: readonly RunEvent[]
  /** Undo actions in the order in which they were deferred, and in which they were begun. */
  readonly deferred: readonly string[]
  readonly undone: readonly string[]
  /** How many events there were when the run was cancelled. */
  readonly eventsBeforeCancel: number
  /** How many still slept when the run was over. */
  readonly leftSleeping: number
}

/** Runs scripted tasks on a virtual clock, and tells everything that happened. */
export async function scriptedRun(
  tasks: readonly ScriptedTask[],
  { cancelAtMs, undoMs = 1, execute, ...options }: ScriptedRunOptions = {},
): Promise<ScriptedRun> {
  const clock = new VirtualClock()
  const events: RunEvent[] = []
  const deferred: string[] = []
  const undone: string[] = []
  const byId = new Map(tasks.map((task) => [task.id, task]))
  const cancel = new AbortController()
  const isOver = new AbortController()
  let eventsBeforeCancel = Number.POSITIVE_INFINITY
  const cancelled =
    cancelAtMs === undefined
      ? undefined
      : clock.sleep(cancelAtMs, isOver.signal).then(
          () => {
            eventsBeforeCancel = events.length
            cancel.abort()
          },
          () => {},
        )

  const play: NonNullable<ScriptedRunOptions['execute']> = async (task, context) => {
    task.undos.forEach((end, i) => {
      const name = `${task.id}/${context.attempt}/${i}`
      context.defer(async (undo) => {
        undone.push(name)
        await clock.sleep(undoMs, undo.signal)
        if (end === 'fails') throw new Error(`could not undo ${name}`)
      })
      deferred.push(name)
    })
    await clock.sleep(task.workMs, task.isStubborn ? undefined : context.signal)
    context.output('stdout', 'worked')
    if (context.attempt <= task.transientFailures) {
      throw new TaskError({ code: 'E_BUSY', message: 'busy' }, { isRetryable: true, retryDelayMs: 5 })
    }
    if (task.end === 'fails') throw new TaskError({ code: 'E_BROKEN', message: `${task.id} is broken` })
    if (task.end === 'crashes') throw new Error('unforeseen')
    return { outcome: task.end, outputs: { attempt: context.attempt } }
  }

  const run = runGraph(
    tasks,
    runOptions(clock, {
      emit: (event) => events.push(event),
      ...options,
      signal: cancel.signal,
      execute: (task, context) => {
        const scripted = byId.get(task.id)
        if (!scripted) throw new Error(`No script for ${task.id}`)
        return (execute ?? play)(scripted, { ...context, clock })
      },
    }),
  )
  const result = await clock.run(run)
  isOver.abort()
  await cancelled
  return { result, events, deferred, undone, eventsBeforeCancel, leftSleeping: clock.sleeping }
}

/** Starts, retries and ends of tasks as short lines, for reading. */
export function toldTasks(events: readonly RunEvent[]): string[] {
  return events.flatMap((event) => {
    if (event.type === 'task-started') return [`${event.at} ${event.task} started`]
    if (event.type === 'task-finished') return [`${event.at} ${event.task} ${event.outcome}`]
    if (event.type === 'task-retried') return [`${event.at} ${event.task} retried: ${event.reason}`]
    return []
  })
}
