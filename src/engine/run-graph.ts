import type { GraphNode } from '../graph/graph-node.ts'
import { validateGraph } from '../graph/validate-graph.ts'
import type { Clock } from '../util/clock.ts'
import { deferred } from '../util/deferred.ts'
import type { EventBody, RunEvent } from './events.ts'
import { measuredPath } from './measured-path.ts'
import { isSuccess, type Outcome, type RunOutcome } from './outcome.ts'
import { applyEvent, emptyRecord, type TaskRecord } from './records.ts'
import { RunningTask, type TaskEnd, type TaskHost } from './running-task.ts'
import { Scheduler, type Unstarted } from './scheduler.ts'
import { stampEvents } from './stamp-events.ts'
import type { Slots, Task } from './task.ts'
import type { Execute } from './task-context.ts'
import { blockedFailure, cancelledFailure, type StopReason } from './task-failures.ts'
import { startTimer } from './timer.ts'
import { type UndoFailure, UndoStack } from './undo-stack.ts'

/**
 * What happens to the rest when a task fails: `continue` with everything that does not need it; start
 * nothing new (`no-new`) but let running tasks finish; or `kill` the running ones as well.
 */
export type FailureMode = 'continue' | 'no-new' | 'kill'

export interface RunOptions {
  readonly execute: Execute
  /** How much there is of each slot; a slot that is not named is unlimited. */
  readonly capacity: Slots
  readonly clock: Clock
  /** Takes every event as it happens, in order. Should not throw: that stops the run, and is thrown at its end. */
  readonly emit: (event: RunEvent) => void
  /** Cancels the run. Teardown takes place all the same. */
  readonly signal: AbortSignal
  readonly failureMode: FailureMode
  /** How often a task is tried in all when its failures can be retried. */
  readonly maxAttempts: number
  /** How long work may go on after it was told to stop, before the run goes on without it. */
  readonly cancelGraceMs: number
  /**
   * Asked once, when all tasks have ended: whether to undo what they deferred. It may take its time, to
   * gather evidence. When it throws, everything is undone, and the error is thrown at the end of the run.
   */
  readonly teardown: (outcome: RunOutcome) => boolean | Promise<boolean>
  readonly teardownBudgetMs: number
  /** When the run started, by `clock.now()`; default now. Events count from there. */
  readonly startMs?: number
}

export interface RunResult {
  readonly outcome: RunOutcome
  /** From the start of the run to the end of its teardown. */
  readonly durationMs: number
  /** Every task, in the order in which they ended. */
  readonly tasks: ReadonlyMap<string, TaskRecord>
  /** Ids along the critical path of what was measured. */
  readonly criticalPath: readonly string[]
  readonly undo: UndoReport
}

/** What became of the undo actions. */
export interface UndoReport {
  /** False when no teardown was wanted, and everything was left standing. */
  readonly wasRun: boolean
  readonly actions: number
  readonly failures: readonly UndoFailure[]
}

/**
 * Runs a graph of tasks to its end, and undoes it if wanted. Resolves whatever becomes of the tasks; rejects
 * only for a graph that cannot be run, and, after the teardown, when a callback has thrown. Emits the events of tasks,
 * resources and teardown; those of the run as a whole are for the caller, who knows its name.
 */
export async function runGraph(tasks: readonly Task[], options: RunOptions): Promise<RunResult> {
  const problems = validateGraph(tasks.map(withLags))
  if (problems.length > 0) throw new Error(`Internal error: not a graph: ${JSON.stringify(problems)}`)
  return new GraphRun(tasks, options).run()
}

/** What a task lags behind is a way to go round in a circle, too. */
function withLags({ id, needs, after = [] }: Task): GraphNode {
  return { id, needs: after.length === 0 ? needs : [...needs, ...after.map(({ task }) => task)] }
}

class GraphRun {
  readonly #tasks: readonly Task[]
  readonly #options: RunOptions
  readonly #scheduler: Scheduler
  readonly #stamp: (body: EventBody) => void
  readonly #record = emptyRecord()
  readonly #running = new Map<string, RunningTask>()
  /** By running task, what ends the waiting of those that lag behind it. */
  readonly #lagTimers = new Map<string, readonly (() => void)[]>()
  readonly #undoStack = new UndoStack()
  readonly #allEnded = deferred<void>()
  readonly #host: TaskHost
  readonly #startMs: number
  #stopReason: StopReason | undefined
  #isInterrupted = false
  #crash: { readonly error: unknown } | undefined

  constructor(tasks: readonly Task[], options: RunOptions) {
    this.#tasks = tasks
    this.#options = options
    this.#scheduler = new Scheduler(tasks, options.capacity)
    this.#startMs = options.startMs ?? options.clock.now()
    this.#stamp = stampEvents(options.clock, this.#startMs, (event) => this.#deliver(event))
    this.#host = {
      ...options,
      emit: this.#stamp,
      defer: (task, undo) => this.#undoStack.push(task, undo),
      narrow: (slot) => this.#narrow(slot),
    }
  }

  async run(): Promise<RunResult> {
    const { signal, clock } = this.#options
    const onAbort = () => this.#interrupt()
    if (signal.aborted) this.#interrupt()
    else signal.addEventListener('abort', onAbort, { once: true })
    this.#goOn()
    await this.#allEnded.promise
    signal.removeEventListener('abort', onAbort)

    const outcome = this.#outcome()
    const undo = await this.#tearDown(outcome)
    if (this.#crash) throw this.#crash.error
    return {
      outcome,
      durationMs: Math.round(clock.now() - this.#startMs),
      tasks: this.#record.tasks,
      criticalPath: measuredPath(this.#tasks, this.#record.tasks).path.map(({ id }) => id),
      undo,
    }
  }

  /** Starts what may start now, and notices the end. */
  #goOn(): void {
    for (let task = this.#scheduler.takeNext(); task; task = this.#scheduler.takeNext()) this.#start(task)
    if (this.#scheduler.isDone) this.#allEnded.resolve()
  }

  #start(task: Task): void {
    const running = new RunningTask(task, this.#host)
    this.#running.set(task.id, running)
    this.#stamp({ type: 'task-started', task: task.id })
    this.#startLags(task.id)
    void running.run().then((end) => this.#finish(task, end))
  }

  #startLags(leader: string): void {
    const followers = this.#scheduler.followersOf(leader)
    if (followers.length === 0) return
    const timers = followers.map(({ id, ms }) =>
      startTimer(this.#options.clock, ms, () => {
        this.#scheduler.elapse(leader, id)
        this.#goOn()
      }),
    )
    this.#lagTimers.set(leader, timers)
  }

  #finish(task: Task, end: TaskEnd): void {
    this.#running.delete(task.id)
    for (const stop of this.#lagTimers.get(task.id) ?? []) stop()
    this.#lagTimers.delete(task.id)
    this.#emitFinished(task.id, end)
    this.#giveUp(this.#scheduler.finish(task.id, end.outcome, end.failure?.causes))
    const hasFailed = end.outcome === 'failed' || end.outcome === 'timed-out'
    if (hasFailed && this.#options.failureMode !== 'continue') {
      this.#stop({ type: 'failed', task: task.id }, this.#options.failureMode === 'kill')
    }
    this.#goOn()
  }

  #narrow(slot: string): void {
    const capacity = this.#scheduler.narrow(slot)
    if (capacity === undefined) return
    this.#stamp({ type: 'note', level: 'warning', text: `slot ${slot}: at most ${capacity} from now on` })
  }

  #interrupt(): void {
    if (this.#scheduler.isDone && this.#tasks.length > 0) return
    this.#isInterrupted = true
    this.#stop({ type: 'interrupted' }, true)
    this.#goOn()
  }

  #stop(reason: StopReason, shouldKill: boolean): void {
    this.#stopReason ??= reason
    this.#giveUp(this.#scheduler.stop())
    if (!shouldKill) return
    for (const running of this.#running.values()) running.cancel(cancelledFailure(running.task, reason))
  }

  #giveUp(unstarted: readonly Unstarted[]): void {
    for (const { task, outcome, causes } of unstarted) {
      const failure =
        outcome === 'blocked'
          ? blockedFailure(task, causes)
          : cancelledFailure(task, this.#stopReason ?? { type: 'interrupted' })
      this.#emitFinished(task.id, { outcome, failure })
    }
  }

  #emitFinished(task: string, end: TaskEnd): void {
    const startMs = this.#record.open.get(task)?.startMs
    const durationMs =
      startMs === undefined ? 0 : Math.round(this.#options.clock.now() - this.#startMs) - startMs
    this.#stamp({ type: 'task-finished', task, durationMs, ...end })
  }

  #deliver(event: RunEvent): void {
    applyEvent(this.#record, event)
    try {
      this.#options.emit(event)
    } catch (error) {
      this.#crashed(error)
    }
  }

  #crashed(error: unknown): void {
    this.#crash ??= { error }
    if (!this.#scheduler.isDone) this.#interrupt()
  }

  #outcome(): RunOutcome {
    if (this.#crash) return 'failed'
    if (this.#isInterrupted) return 'interrupted'
    const outcomes: readonly Outcome[] = [...this.#record.tasks.values()].map(({ outcome }) => outcome)
    return outcomes.every(isSuccess) ? 'succeeded' : 'failed'
  }

  async #tearDown(outcome: RunOutcome): Promise<UndoReport> {
    const { clock, teardownBudgetMs: budgetMs, cancelGraceMs: graceMs } = this.#options
    const actions = this.#undoStack.size
    if (!(await this.#isTeardownWanted(outcome))) return { wasRun: false, actions, failures: [] }
    const reason = outcome === 'succeeded' ? 'finished' : outcome
    const startMs = clock.now()
    this.#stamp({ type: 'teardown-started', reason, budgetMs, actions })
    const failures = await this.#undoStack.unwind({ clock, budgetMs, graceMs, emit: this.#stamp })
    const durationMs = Math.round(clock.now() - startMs)
    this.#stamp({ type: 'teardown-finished', durationMs, failed: failures.length })
    return { wasRun: true, actions, failures }
  }

  async #isTeardownWanted(outcome: RunOutcome): Promise<boolean> {
    try {
      return await this.#options.teardown(outcome)
    } catch (error) {
      this.#crashed(error)
      return true
    }
  }
}
