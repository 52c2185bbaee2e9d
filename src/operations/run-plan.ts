import type { RunEvent } from '../engine/events.ts'
import type { RunOutcome } from '../engine/outcome.ts'
import { type FailureMode, type RunResult, runGraph } from '../engine/run-graph.ts'
import { stampEvents } from '../engine/stamp-events.ts'
import type { Plan, PlannedTask } from '../plan/plan.ts'
import type { RunDirectory } from '../state/run-directory.ts'
import { executeTask } from '../tasks/execute.ts'
import type { RunScope } from '../tasks/run-scope.ts'
import { exitCodes } from './operation-error.ts'

/** All that is undone after an interrupt must be undone within this time, milliseconds. */
const teardownBudgetMs = 60_000
/** How long cancelled work may take to stop: a process gets 5 s before it is killed, and the kill needs a moment. */
const cancelGraceMs = 8_000
const maxAttempts = 3

export interface RunEnd {
  readonly outcome: RunOutcome
  readonly exitCode: number
  readonly result: RunResult
}

/** How a run is to be stopped, and who is told of it. */
export interface RunPlanOptions {
  readonly signal: AbortSignal
  readonly failureMode: FailureMode
  /** Where the run's events go, asked for once its directory exists. */
  readonly report: (run: RunDirectory) => (event: RunEvent) => void
}

/** Runs a plan, from its first event to its last. Only an interrupt undoes what was done. */
export async function runPlan(
  plan: Plan,
  scope: RunScope,
  options: RunPlanOptions,
  workaround: string | undefined,
): Promise<RunEnd> {
  const { clock, run } = scope
  const emit = options.report(run)
  const startMs = clock.now()
  const stamp = stampEvents(clock, startMs, emit)
  stamp({
    type: 'run-started',
    version: 1,
    run: run.id,
    command: 'up',
    environment: plan.environment,
    startedAt: clock.epochMs(),
  })
  if (workaround !== undefined) {
    stamp({ type: 'note', level: 'info', text: `podman runs with settings of kindling's own: ${workaround}` })
  }
  stamp({ type: 'plan-ready', strategy: plan.strategy, tasks: plan.tasks, capacity: plan.capacity })
  const tasks = new Map(plan.tasks.map((task) => [task.id, task]))
  const result = await runGraph(plan.tasks, {
    execute: (task, context) => executeTask(tasks.get(task.id) as PlannedTask, scope, context),
    capacity: plan.capacity,
    clock,
    emit: (event: RunEvent) => emit(event),
    signal: options.signal,
    failureMode: options.failureMode,
    maxAttempts,
    cancelGraceMs,
    teardown: (outcome) => outcome === 'interrupted',
    teardownBudgetMs,
    startMs,
  })
  const exitCode = exitCodeOf(result)
  const { outcome, durationMs, criticalPath } = result
  stamp({ type: 'run-finished', outcome, durationMs, criticalPath, exitCode })
  return { outcome, exitCode, result }
}

function exitCodeOf({ outcome, tasks }: RunResult): number {
  if (outcome === 'succeeded') return exitCodes.ok
  if (outcome === 'interrupted') return exitCodes.interrupted
  const codes = [...tasks.values()].map(({ failure }) => failure?.code)
  if (codes.includes('E_INTERNAL')) return exitCodes.internal
  return codes.includes('E_CLUSTER_FAILED') ? exitCodes.machine : exitCodes.taskFailed
}
